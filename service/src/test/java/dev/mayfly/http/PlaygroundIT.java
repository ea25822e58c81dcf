package dev.mayfly.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.Browser;
import dev.mayfly.testing.NeedsBrowser;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The playground in Chromium, at the service as it is shipped.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRoot
@NeedsBrowser
class PlaygroundIT {
    private static final Map<String, String> OCI = Map.of("MAYFLY_ENGINE", "oci");
    private static final double PATIENCE_MS = 60_000;
    /// Prints, and does not end by itself.
    private static final String ENDLESS = "import time\nprint('begun', flush=True)\nwhile True:\n    time.sleep(0.05)\n";

    private ServiceProcess service;
    private Browser browser;
    private Page page;

    @BeforeAll
    void start() throws Exception {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        service = new ServiceProcess("test-playground", ServiceProcess.lockFolder(), OCI).awaitReady();
        browser = new Browser();
    }

    @AfterAll
    void stop() throws Exception {
        browser.close();
        service.close();
    }

    @BeforeEach
    void open() {
        page = browser.page();
        visit("");
    }

    @AfterEach
    void nothingWentWrongInThePage() {
        page.context().close();
        assertThat(browser.takeComplaints()).isEmpty();
    }

    private void visit(String fragment) {
        page.navigate(service.url() + "/" + fragment);
        assertThat(page.locator("#runtime option").first()).isAttached();
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator status() {
        return page.getByRole(AriaRole.STATUS);
    }

    private Locator stream(String name) {
        return page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true)).locator("xpath=self::pre");
    }

    private Locator editor() {
        return page.locator(".cm-content");
    }

    /// Pasted, as typing would be indented and completed. First removed, since Chromium gives what replaces something
    /// its style as an attribute, which the page's policy stops, and the editor takes away.
    private void write(String code) {
        editor().click();
        page.keyboard().press("Control+a");
        page.keyboard().press("Delete");
        page.keyboard().insertText(code);
    }

    private void run(String code) {
        write(code);
        button("Run").click();
    }

    @Test
    void programRunsAndItsOutcomeIsSaidInWords() {
        run("print(6 * 7)");
        assertThat(status()).hasText(Pattern.compile("Exited with code 0 after [\\d.]+ (ms|s)\\."));
        assertThat(stream("Output")).hasText("42");
        assertThat(page.locator("#facts")).hasText(Pattern.compile(
                "CPU [\\d.]+ (ms|s) of 10 s · peak memory [\\d.]+ MiB of 256 MiB · wall time limit 10 s · (warm|cold) sandbox"));
        assertThat(stream("Error output")).hasCount(0);
    }

    @Test
    void outputIsShownWhileTheProgramRuns() {
        // given a program that does not end by itself
        allowLong();
        run(ENDLESS);
        // then what it has printed is there before its end
        assertThat(stream("Output")).hasText("begun");
        assertThat(status()).hasText("Running …");
        // when it is stopped, then the page says so, and can run the next one
        button("Stop").click();
        assertThat(status()).hasText(Pattern.compile("Stopped by you after .*"));
        assertThat(button("Stop")).isDisabled();
        run("print('next')");
        assertThat(stream("Output")).hasText("next");
    }

    @Test
    void stopEndsTheProgramInItsSandbox() throws Exception {
        allowLong();
        run(ENDLESS);
        assertThat(stream("Output")).hasText("begun");
        assertThat(leases(1)).isTrue();
        button("Stop").click();
        await().atMost(Duration.ofSeconds(60)).until(() -> leases(0));
    }

    private void allowLong() {
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Wall time, in seconds").fill("300");
    }

    private boolean leases(int sandboxes) throws Exception {
        return service.get("/metrics").body().contains("sandbox_pool_leased %d.0\n".formatted(sandboxes));
    }

    @Test
    void errorsAreApartFromTheOutput() {
        run("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)");
        assertThat(stream("Output")).hasText("out");
        assertThat(stream("Error output")).hasText("err");
        assertThat(status()).hasText(Pattern.compile("Exited with code 3 after .*"));
    }

    @Test
    void inputAndArgumentsReachTheProgram() {
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Standard input").fill("one\ntwo\n");
        page.getByLabel("Arguments, as in a shell").fill("a 'b c' d\\ e \"\"");
        run("import sys\nprint(sys.stdin.read().split(), sys.argv[1:])");
        assertThat(stream("Output")).hasText("['one', 'two'] ['a', 'b c', 'd e', '']");
    }

    @Test
    void filesAreTabs() {
        write("import shapes\nprint(shapes.name)");
        button("Add file").click();
        page.getByLabel("Path, relative to the work folder").fill("main.py");
        button("OK").click();
        assertThat(page.locator("#name-wrong")).hasText("There is a file main.py already.");
        page.getByLabel("Path, relative to the work folder").fill("shapes.py");
        button("OK").click();
        Locator tabs = page.getByRole(AriaRole.TAB);
        assertThat(tabs).hasText(new String[] {"main.py", "shapes.py"});
        write("name = 'triangle'");
        // when the arrow keys move between the tabs
        tabs.nth(1).press("ArrowLeft");
        assertThat(tabs.nth(0)).isFocused();
        assertThat(tabs.nth(0)).hasAttribute("aria-selected", "true");
        assertThat(editor()).containsText("print(shapes.name)");
        // then the program starts with the first one, and has both
        page.keyboard().press("Control+Enter");
        assertThat(stream("Output")).hasText("triangle");
    }

    @Test
    void keyboardRunsAndLeavesTheEditor() {
        write("print('by keyboard')");
        page.keyboard().press("Control+Enter");
        assertThat(stream("Output")).hasText("by keyboard");
        editor().focus();
        page.keyboard().press("Tab");
        assertThat(editor()).isFocused();
        page.keyboard().press("Escape");
        page.keyboard().press("Tab");
        assertThat(editor()).not().isFocused();
    }

    @Test
    void figuresAreShown() {
        page.getByLabel("Example").selectOption("A figure");
        button("Run").click();
        Locator figure = page.getByAltText("The file sine.svg that the program wrote");
        assertThat(figure).isVisible();
        assertThat(figure).hasJSProperty("naturalWidth", 400);
        assertThat(page.locator("figcaption")).containsText("sine.svg, ");
    }

    @Test
    void programIsInTheLinkAndOpensWithoutRunning() {
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Standard input").fill("from the link: ü");
        write("print(input())");
        button("Share").click();
        Locator shown = page.getByLabel("Link", new Page.GetByLabelOptions().setExact(true));
        assertThat(shown).hasValue(Pattern.compile(service.url() + "/#program=[\\w-]+"));
        String link = shown.inputValue();
        // when somebody else opens it
        page.context().close();
        page = browser.page();
        List<String> sent = new ArrayList<>();
        page.onRequest(request -> sent.add(request.method() + " " + request.url()));
        visit(link.substring(link.indexOf('#')));
        // then it is there, has not run, and the service has seen nothing of it
        assertThat(page.getByRole(AriaRole.ALERT).first()).containsText("This program came with the link. Read it before you run it.");
        assertThat(editor()).hasText("print(input())");
        assertThat(status()).hasText("Nothing has run yet.");
        assertThat(sent).allMatch(request -> request.startsWith("GET ")).noneMatch(request -> request.contains("?"));
        button("Run").click();
        assertThat(stream("Output")).hasText("from the link: ü");
    }

    private void openFunctions() {
        button("Functions").click();
        assertThat(page.locator("#functions-list li").first()).isVisible();
    }

    private Locator store(String name) {
        page.locator("#function-name").fill(name);
        button("Store").click();
        return page.locator("#functions-said");
    }

    private void closeDialog() {
        page.locator("dialog[open] [data-close]").click();
    }

    @Test
    void functionIsStoredAndOpenedAgain() throws Exception {
        write("print('(')\nprint((");
        openFunctions();
        assertThat(store("from-page")).containsText("SyntaxError");
        closeDialog();
        write("print('stored', input())");
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Standard input").fill("typed");
        page.getByLabel("Arguments, as in a shell").fill("a 'b c'");
        page.getByLabel("Memory, in MiB").fill("128");
        openFunctions();
        assertThat(store("from-page")).hasText("from-page@1 is stored.");
        String stored = service.get("/v1/functions/from-page").body();
        assertThat(stored).contains("\"runtime\":\"python\"", "\"args\":[\"a\",\"b c\"]", "\"memoryBytes\":134217728").doesNotContain("outputs");
        // when the page is loaded again, then the function can be opened, run and changed
        visit("");
        openFunctions();
        button("from-page@1").click();
        assertThat(editor()).hasText("print('stored', input())");
        assertThat(page.getByLabel("Arguments, as in a shell")).hasValue("a 'b c'");
        assertThat(page.getByLabel("Memory, in MiB")).hasValue("128");
        button("Run").click();
        assertThat(stream("Output")).hasText("stored typed");
        openFunctions();
        assertThat(store("from-page")).hasText("from-page@1 is already stored with this content.");
    }

    @Test
    void functionKeepsWhatThePageDoesNotShowAndNothingIsOverwritten() throws Exception {
        String definition = "{\"runtime\": \"node\", \"code\": \"console.log(%d)\", \"description\": \"kept\", \"outputs\": [\"*.txt\"], \"limits\": {\"pids\": 30}}";
        assertThat(service.put("/v1/functions/careful", definition.formatted(1)).statusCode()).isEqualTo(201);
        // given a program that is another one, then a name that is taken is not overwritten
        openFunctions();
        assertThat(store("careful")).hasText("A function named careful already exists. Open it to change it.");
        button("careful@1").click();
        write("console.log('changed')");
        openFunctions();
        assertThat(store("careful")).hasText("careful@2 is stored.");
        assertThat(service.get("/v1/functions/careful").body()).contains("changed", "\"kept\"", "*.txt", "\"pids\":30", "\"runtime\":\"node\"");
        closeDialog();
        // and nobody's change is lost
        assertThat(service.put("/v1/functions/careful", definition.formatted(3)).statusCode()).isEqualTo(200);
        openFunctions();
        assertThat(store("careful")).hasText("Somebody has changed careful meanwhile. Open it again to see how.");
        assertThat(service.get("/v1/functions/careful").body()).contains("console.log(3)");
        closeDialog();
        page.onDialog(Dialog::accept); // the program that nobody has stored may be replaced
        // what cannot be edited is not opened
        assertThat(service.put("/v1/functions/binary", "{\"runtime\": \"node\", \"code\": \"1\", \"files\": [{\"path\": \"a\", \"content\": \"AAA=\", \"encoding\": \"base64\"}]}").statusCode()).isEqualTo(201);
        openFunctions();
        button("binary@1").click();
        assertThat(page.locator("#functions-said")).containsText("cannot be edited here");
    }

    @Test
    void functionThatTheCommandHasStoredIsOpenedAndStoredAsItWas() throws Exception {
        String definition = """
                {"files": [{"path": "helper.py", "content": "word = 'helped'", "encoding": "utf-8"}, {"path": "main.py", "content": "import helper; print(helper.word)"}]}""";
        assertThat(service.put("/v1/functions/folder", definition).statusCode()).isEqualTo(201);
        assertThat(service.put("/v1/functions/pinned", "{\"runtime\": \"python:3.13\", \"code\": \"print(1)\"}").statusCode()).isEqualTo(201);
        page.locator("#runtime").selectOption("node:24");
        openFunctions();
        button("folder@1").click();
        // its start file comes first, in its language
        assertThat(page.getByRole(AriaRole.TAB).first()).hasText("main.py");
        assertThat(page.locator("#runtime")).hasValue("python:3.13");
        button("Run").click();
        assertThat(stream("Output")).hasText("helped");
        openFunctions();
        assertThat(store("folder")).hasText("folder@1 is already stored with this content.");
        button("pinned@1").click();
        assertThat(editor()).hasText("print(1)");
        openFunctions();
        assertThat(store("pinned")).hasText("pinned@1 is already stored with this content.");
    }

    @Test
    void openedFunctionDoesNotReplaceAProgramUnasked() throws Exception {
        assertThat(service.put("/v1/functions/other", "{\"runtime\": \"python\", \"code\": \"print('other')\"}").statusCode()).isEqualTo(201);
        write("print('mine')");
        openFunctions();
        var asked = new AtomicBoolean();
        page.onceDialog(dialog -> {
            asked.set(true);
            dialog.dismiss();
        });
        button("other@1").click();
        page.waitForCondition(asked::get);
        closeDialog();
        assertThat(editor()).hasText("print('mine')");
        openFunctions();
        page.onceDialog(Dialog::accept);
        button("other@1").click();
        assertThat(editor()).hasText("print('other')");
        // the choice of another language keeps the program
        page.locator("#runtime").selectOption("node:24");
        assertThat(editor()).hasText("print('other')");
    }

    @ParameterizedTest
    @CsvSource({"eJxLTEoGAAJNASc, incomplete or was changed", "'***', incomplete or was changed", "q1YqU7IyrAUA, does not contain a program", "q1YqU7IyqgUA, another version"})
    void brokenLinkIsExplained(String packed, String why) {
        visit("#program=" + packed);
        assertThat(page.getByRole(AriaRole.ALERT).first()).containsText(why);
        assertThat(editor()).containsText("Hello from Python");
    }

    @Test
    void programAtATerminal() {
        page.getByLabel("In a terminal").check();
        run("import sys\nname = input('name? ')\nprint('hello', name, sys.stdout.isatty())");
        Locator screen = page.locator(".xterm-accessibility-tree");
        assertThat(screen).containsText("name?");
        page.keyboard().type("mayfly\n");
        assertThat(status()).hasText(Pattern.compile("Exited with code 0 after .*"));
        assertThat(screen).containsText("hello mayfly True");
    }

    @Test
    void programAtATerminalIsStopped() {
        allowLong();
        page.getByLabel("In a terminal").check();
        run(ENDLESS);
        assertThat(page.locator(".xterm-accessibility-tree")).containsText("begun");
        page.keyboard().press("Shift+Escape");
        assertThat(button("Stop")).isFocused();
        page.keyboard().press("Enter");
        assertThat(status()).hasText("Stopped by you.");
    }

    @Test
    void limitsAreSaidInWords() {
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Wall time, in seconds").fill("0.3");
        run("import time\ntime.sleep(60)");
        assertThat(status()).hasText(Pattern.compile("Stopped at the wall time limit of 300 ms after .*"));
        page.getByLabel("Wall time, in seconds").fill("");
        page.getByLabel("Memory, in MiB").fill("32");
        run("kept = bytearray(1 << 30)");
        assertThat(status()).hasText(Pattern.compile("Out of memory: the limit is 32 MiB after .*"));
    }

    @Test
    void refusalIsASentence() {
        page.getByText("Input, arguments and limits").click();
        page.getByLabel("Wall time, in seconds").fill("100000");
        run("print(1)");
        assertThat(status()).hasText(Pattern.compile("A limit is over its ceiling\\. .*100000000.*"));
        page.getByLabel("Wall time, in seconds").fill("long");
        run("print(1)");
        assertThat(status()).hasText("The wall time must be a number; got long.");
        page.getByLabel("Wall time, in seconds").fill("");
        page.getByLabel("Language").evaluate("select => { select.append(new Option('cobol')); select.value = 'cobol'; }");
        run("print(1)");
        assertThat(status()).hasText(Pattern.compile("Unknown runtime\\. Unknown runtime cobol; the runtimes are .*"));
    }

    @Test
    void serviceThatIsFullSaysWhenToTryAgain() {
        page.route("**/v1/executions", route -> route.fulfill(new Route.FulfillOptions().setStatus(503).setContentType("application/problem+json")
                .setHeaders(Map.of("Retry-After", "7")).setBody("{\"title\": \"No sandbox became free\", \"detail\": \"24 of 24 are leased\"}")));
        run("print(1)");
        assertThat(status()).hasText("No sandbox became free. 24 of 24 are leased. Try again in 7 seconds.");
        page.unroute("**/v1/executions");
        page.route("**/v1/executions", Route::abort);
        button("Run").click();
        assertThat(status()).containsText("The service does not answer.");
    }

    private void answerWith(String events) {
        page.route("**/v1/executions", route -> route.fulfill(new Route.FulfillOptions().setContentType("text/event-stream").setBody(events)));
        button("Run").click();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"kind": "exited", "exitCode": 7}                                                    | Exited with code 7 after 1.5 s.
            {"kind": "signaled", "signal": "SIGSEGV", "signalNumber": 11}                        | Ended by the signal SIGSEGV after 1.5 s.
            {"kind": "timed_out", "clock": "cpu_time", "measuredMs": 2000.1, "limitMs": 2000}    | Stopped at the CPU time limit of 2 s after 1.5 s.
            {"kind": "timed_out", "clock": "idle_time", "measuredMs": 300001, "limitMs": 300000} | Stopped: nothing was typed and nothing shown for 5 min after 1.5 s.
            {"kind": "out_of_memory", "peakBytes": 268435456, "limitBytes": 268435456}           | Out of memory: the limit is 256 MiB after 1.5 s.
            {"kind": "output_limit", "writtenBytes": 1048577, "limitBytes": 1048576}             | Stopped: it wrote more than 1 MiB after 1.5 s.
            {"kind": "cancelled", "by": "shutdown"}                                              | Cancelled: the service is shutting down after 1.5 s.
            {"kind": "failed", "reason": "the engine went away", "retryable": true}              | Mayfly could not run it: the engine went away. Run it again.
            """)
    void everyOutcomeIsASentence(String outcome, String sentence) {
        answerWith("event:outcome\ndata:{\"outcome\": %s, \"usage\": {\"wallMs\": 1500, \"cpuUserMs\": 1, \"cpuSystemMs\": 1, \"peakMemoryBytes\": 1}}\n\n".formatted(outcome));
        assertThat(status()).hasText(sentence);
    }

    @Test
    void whatTheCompilerWroteIsApart() {
        answerWith("""
                event:started
                data:{"id": "1", "runtime": "c:14", "attempt": 1}

                event:compiled
                data:{"outcome": {"kind": "exited", "exitCode": 1}, "stdout": "", "stderr": "main.c:1: error"}

                event:outcome
                data:{"outcome": {"kind": "compile_failed", "compiler": {"kind": "exited", "exitCode": 1}}, "sandbox": {"start": "warm"}}

                """);
        assertThat(status()).hasText("Did not compile: the compiler exited with code 1.");
        assertThat(stream("Compiler")).containsText("main.c:1: error");
        assertThat(stream("Output")).hasCount(0);
    }

    @Test
    void exampleDoesNotReplaceAProgramUnasked() {
        write("print('mine')");
        page.onceDialog(Dialog::dismiss);
        page.getByLabel("Example").selectOption("Two files");
        assertThat(editor()).hasText("print('mine')");
        page.onceDialog(Dialog::accept);
        page.getByLabel("Example").selectOption("Two files");
        assertThat(page.getByRole(AriaRole.TAB)).hasText(new String[] {"main.py", "shapes.py"});
        // another language brings its own hello while nothing was changed
        page.getByLabel("Language").selectOption("node:24");
        assertThat(page.getByRole(AriaRole.TAB)).hasText("main.js");
        button("Run").click();
        assertThat(stream("Output")).containsText("Hello from Node");
    }

    @Test
    void whatAProgramPrintsIsNeverHtml() {
        run("""
                import sys
                print('<img src=x onerror="window.__x = 1"><script>window.__x = 2</script>')
                print('<b id=injected>bold</b>', file=sys.stderr)
                open('<img onerror=1>.svg', 'w').write('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.__x=3"><script>window.__x=4</script></svg>')
                """);
        assertThat(status()).hasText(Pattern.compile("Exited with code 0 after .*"));
        assertThat(stream("Output")).hasText("<img src=x onerror=\"window.__x = 1\"><script>window.__x = 2</script>");
        assertThat(stream("Error output")).hasText("<b id=injected>bold</b>");
        assertThat(page.locator("figcaption")).containsText("<img onerror=1>.svg");
        assertThat(page.locator("#injected")).hasCount(0);
        assertThat(page.evaluate("() => typeof window.__x")).isEqualTo("undefined");
    }

    @Test
    void keyIsAskedForAndKeptInTheTabOnly() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        String key = new AccessFile(folder.resolve("access.json")).create("acme", Set.of(Scope.EXECUTE), Optional.empty()).token();
        try (var keyed = new ServiceProcess("test-playground-keyed", folder, OCI).awaitReady()) {
            page.navigate(keyed.url() + "/");
            Locator value = page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).and(page.locator("input"));
            // when a wrong key is given, then it is asked for again
            value.fill("mayfly_wrong");
            button("Use it").click();
            assertThat(page.locator("#key-reason")).hasText("The service does not accept this key.");
            value.fill(key);
            button("Use it").click();
            assertThat(page.locator("#runtime option").first()).isAttached();
            run("print('with a key')");
            assertThat(stream("Output")).hasText("with a key");
            // at a terminal it goes another way
            page.getByLabel("In a terminal").check();
            run("print('with a key', 2)");
            assertThat(status()).hasText(Pattern.compile("Exited with code 0 after .*"));
            // then it is nowhere that outlives the tab, or that another tab sees
            assertThat(page.evaluate("() => JSON.stringify(localStorage) + document.cookie + location.href").toString()).doesNotContain(key);
            Page another = page.context().newPage();
            another.navigate(keyed.url() + "/");
            assertThat(another.locator("#key-dialog")).isVisible();
            assertThat(another.evaluate("() => sessionStorage.length")).isEqualTo(0);
        }
    }

    @Test
    void playgroundCanBeSwitchedOff() throws Exception {
        var environment = Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_HTTP_PLAYGROUND", "false");
        try (var without = new ServiceProcess("test-playground-off", ServiceProcess.lockFolder(), environment).awaitReady()) {
            page.navigate(without.url() + "/");
            assertThat(page.getByRole(AriaRole.HEADING)).hasText("Start page");
            assertThat(page.locator("script")).hasCount(0);
        }
    }

    @Test
    void filesOfThePageMayBeKeptForEver() {
        Map<String, String> page = this.page.request().get(service.url() + "/", RequestOptions.create().setHeader("Accept", "text/html")).headers();
        assertThat(page.get("content-security-policy")).contains("default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'").doesNotContain("unsafe");
        assertThat(page.get("referrer-policy")).isEqualTo("no-referrer");
        for (String file : List.of("script[src]", "link[rel=stylesheet]")) {
            String path = this.page.locator("head " + file).evaluate("element => element.src ?? element.href").toString();
            var answer = this.page.request().get(path);
            assertThat(answer.headers().get("cache-control")).contains("immutable", "max-age=31536000");
            assertThat(answer.headers().get("content-encoding")).isEqualTo("gzip");
            assertThat(answer.headers().get("content-type")).matches("text/(javascript|css).*");
        }
        assertThat(this.page.request().get(service.url() + "/playground/older/main.js").headers().get("cache-control")).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = ColorScheme.class, names = {"LIGHT", "DARK"})
    void axeFindsNothingSerious(ColorScheme scheme) {
        page.context().close();
        page = browser.page(new NewContextOptions().setColorScheme(scheme));
        visit("");
        hasNoSeriousViolation("at first");
        page.getByText("Input, arguments and limits").click();
        run("import sys\nprint('out')\nprint('err', file=sys.stderr)\nopen('a.svg', 'w').write('<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>')\nsys.exit(1)");
        assertThat(status()).hasText(Pattern.compile("Exited with code 1 after .*"));
        assertThat(page.locator("figure")).isVisible();
        hasNoSeriousViolation("after a run");
        button("Share").click();
        hasNoSeriousViolation("while sharing");
        page.keyboard().press("Escape");
        button("Key").click();
        hasNoSeriousViolation("asking for a key");
        page.keyboard().press("Escape");
        page.getByLabel("In a terminal").check();
        run("print('at a terminal')");
        assertThat(status()).hasText(Pattern.compile("Exited with code 0 after .*"));
        hasNoSeriousViolation("at a terminal");
    }

    private void hasNoSeriousViolation(String when) {
        List<Rule> serious = new AxeBuilder(page).analyze().getViolations().stream().filter(rule -> Set.of("serious", "critical").contains(rule.getImpact())).toList();
        assertThat(serious).as(when).extracting(rule -> rule.getId() + ": " + rule.getNodes().stream().map(node -> node.getHtml()).toList()).isEmpty();
    }

    @Test
    void narrowScreenShowsEverything() {
        page.context().close();
        page = browser.page(new NewContextOptions().setViewportSize(360, 740));
        visit("");
        run("print('x' * 500)");
        assertThat(stream("Output")).hasText("x".repeat(500));
        assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(360);
    }

    /// Not a test: makes the pictures of `docs/how-to/playground.md` again.
    @Test
    @EnabledIfSystemProperty(named = "mayfly.docs.write", matches = "true")
    void picturesAreMade() {
        page.setViewportSize(1200, 720);
        run("""
                import sys

                points = [(x, 100 - (x - 200) ** 2 / 500) for x in range(0, 401, 5)]
                print(f"{len(points)} points, {sys.version.split()[0]}")
                print("stderr has a place of its own", file=sys.stderr)
                with open("parabola.svg", "w") as file:
                    file.write(f\"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 110">
                  <rect width="400" height="110" fill="#f4f7f5"/>
                  <polyline points="{' '.join(f'{x},{y}' for x, y in points)}"
                    fill="none" stroke="#0f7a64" stroke-width="2"/>
                </svg>\""")
                """);
        assertThat(page.locator("figure")).isVisible();
        picture("playground.png");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.onceDialog(Dialog::accept);
        page.getByLabel("Example").selectOption("At a terminal");
        button("Run").click();
        Locator screen = page.locator(".xterm-accessibility-tree");
        assertThat(screen).containsText("A number from 1 to 100:");
        page.keyboard().type("0\n");
        assertThat(screen).containsText("too small");
        picture("playground-dark.png");
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("docs/images", name)));
    }

    @Test
    void chosenThemeStays() {
        page.getByText("Theme: system").click();
        page.getByText("Theme: light").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.reload();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        assertThat(page.locator("body")).hasCSS("background-color", "rgb(17, 21, 20)");
    }
}
