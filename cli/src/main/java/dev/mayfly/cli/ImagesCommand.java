package dev.mayfly.cli;

import dev.mayfly.oci.ImageStore;
import dev.mayfly.oci.OciSettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `mayfly images` and `mayfly images load`
@Command(name = "images", description = "List the images that sandboxes are made from without a Docker engine (engine oci).", mixinStandardHelpOptions = true)
final class ImagesCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        store().list().forEach((name, id) -> System.out.println(name + " " + id));
        return 0;
    }

    @Command(
            name = "load",
            description = "Unpack images from an archive: what docker save writes, or an OCI archive. Needs root.",
            mixinStandardHelpOptions = true)
    int load(@Parameters(paramLabel = "FILE", description = "The archive; - for standard input") String file) throws InterruptedException {
        try (InputStream archive = file.equals("-") ? System.in : new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
            store().load(archive).forEach(System.out::println);
            return 0;
        } catch (IOException e) {
            throw new CliException(CliException.OUR_FAULT, "%s was not loaded: %s".formatted(file, e.getMessage()));
        }
    }

    private static ImageStore store() {
        OciSettings settings = Home.find().oci();
        return new ImageStore(settings.images(), settings.keeper());
    }
}
