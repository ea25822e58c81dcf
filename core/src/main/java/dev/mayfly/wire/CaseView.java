package dev.mayfly.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.SandboxRun;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one case ended: as the result of an execution of its own, but for what all of them share.
///
/// @param id the execution's, and the case's number from 1, as in `01…/3`
/// @param matched missing where the case does not say what it expects
@JsonInclude(Include.NON_NULL)
public record CaseView(
        String id,
        Map<String, Object> outcome,
        @Nullable Boolean matched,
        String stdout,
        String stderr,
        String encoding,
        long stdoutBytes,
        long stderrBytes,
        boolean truncated,
        List<ResultView.FileView> files,
        List<ResultView.SkippedView> filesSkipped,
        ResultView.UsageView usage) {
    static CaseView of(String execution, CaseRun each) {
        SandboxRun run = each.run();
        Encoding used = Encoding.shorter(each.stdout(), each.stderr());
        return new CaseView(
                id(execution, each.number()),
                OutcomeView.of(run.outcome()),
                each.matched().orElse(null),
                used.encode(each.stdout()),
                used.encode(each.stderr()),
                used.wireName(),
                run.stdoutBytes(),
                run.stderrBytes(),
                isTruncated(each),
                run.files().stream().map(ResultView::file).toList(),
                run.skipped().stream().map(file -> new ResultView.SkippedView(file.path(), file.reason())).toList(),
                ResultView.usage(run.usage()));
    }

    static boolean isTruncated(CaseRun each) {
        return each.run().stdoutBytes() + each.run().stderrBytes() > each.limits().outputBytes();
    }

    CaseView of(String execution) {
        return new CaseView(id(execution, Integer.parseInt(id.substring(id.lastIndexOf('/') + 1))), outcome, matched, stdout, stderr, encoding, stdoutBytes, stderrBytes, truncated, files,
                filesSkipped, usage);
    }

    private static String id(String execution, int number) {
        return execution + "/" + number;
    }
}
