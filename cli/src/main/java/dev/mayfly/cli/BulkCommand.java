package dev.mayfly.cli;

import picocli.CommandLine.Command;

/// `mayfly bulk submit` and `mayfly bulk results`
@Command(
        name = "bulk",
        description = "Send many submissions through Kafka, and read their results.",
        mixinStandardHelpOptions = true,
        subcommands = {BulkSubmitCommand.class, BulkResultsCommand.class})
final class BulkCommand {}
