package dev.mayfly.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be asked for is names and versions; what would be a command, an address or a path is refused by its field.
class BuildRequestTest {
    private static final String HASH = "sha256:0123456789abcdef";

    private static BuildRequest named(String name) {
        return new BuildRequest(name, "python", Optional.empty(), "somebody", List.of("tree"), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    private static BuildRequest pip(String requirements) {
        return new BuildRequest("mine", "python", Optional.empty(), "somebody", List.of(), Optional.of(requirements), Optional.empty(), Optional.empty(), List.of());
    }

    private static BuildRequest with(List<String> apt, Optional<String> dockerfile, List<String> preload) {
        return new BuildRequest("mine", "python", Optional.empty(), "somebody", apt, Optional.empty(), Optional.empty(), dockerfile, preload);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X", "a b", "-a", "a-", "a--b", "a/b", "a:1", "../a", "ä", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void nameThatIsNoneIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> named(name)).withMessageStartingWith("name must").withMessageEndingWith("got " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "numpy", "numpy==2.3.4", "numpy >= 2, < 3", "requests[socks,use_chardet_on_py3]~=2.32", "a.b_c-d===1.0+local", "# all\nnumpy  # the newest\n\n",
        "tomli==2.0.1; python_version < \"3.11\" and sys_platform == 'linux'", "numpy==2.3.4 \\\n    --hash=" + HASH + " \\\n    --hash=" + HASH + "\nsix (>=1.16)"})
    void requirementsAreNamesAndVersions(String requirements) {
        assertThat(pip(requirements).manager()).contains("pip");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--index-url https://example.org", "-r other.txt", "-e .", "./numpy", "/numpy.whl", "numpy @ https://example.org/numpy.whl", "git+https://example.org/numpy", "https://example.org/numpy.whl",
        "numpy==2 --global-option=x", "numpy==2 ; $(touch x)", "numpy`x`", "numpy==2 && touch x", "numpy \\\n--index-url=https://example.org", "numpy==2 --hash=sha1:00", "numpy\n--no-binary :all:",
        "numpy; os_name == \"a\" --config-settings x", "six # x\u000bevil @ https://example.org/evil.tar.gz", "six\u0085evil", "six\u2028evil", "six \f evil", "six evil", "six#evil==1\u001c"})
    void requirementsThatSayMoreAreRefused(String requirements) {
        assertThatIllegalArgumentException().isThrownBy(() -> pip(requirements)).withMessageStartingWith("pip: line ");
    }

    /// Whatever it looks like to pip, it sees the requirements alone.
    @Test
    void pipIsGivenWhatWasUnderstood() {
        assertThat(pip("# coding: utf-7\nsix==1 # a\r\n\n\tnumpy \\\n  --hash=" + HASH).pip()).contains("six==1\nnumpy    --hash=" + HASH + "\n");
        assertThat(pip("six" + " ".repeat(900) + "# x").pip()).contains("six\n");
        assertThatIllegalArgumentException().isThrownBy(() -> pip(" ".repeat(100_000) + "six")).withMessageStartingWith("pip: line 1 must be at most");
    }

    @Test
    void requirementsMustNameAPackage() {
        assertThatIllegalArgumentException().isThrownBy(() -> pip("# nothing\n")).withMessage("pip must name a package");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tree", "tree-", "tree;id", "-y", "tree/sid", "./tree.deb", "tree jq", "$(id)"})
    void nameThatIsNoDebianPackageIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> with(List.of(name), Optional.empty(), List.of())).withMessageStartingWith("apt must").withMessageEndingWith("got " + name);
    }

    @Test
    void somethingMustBeAddedAndADockerfileStandsAlone() {
        assertThat(with(List.of("libgeos-dev", "g++=4:14.2.0-1"), Optional.empty(), List.of("numpy", "matplotlib.pyplot")).isData()).isTrue();
        assertThat(with(List.of(), Optional.of("ARG BASE\nFROM ${BASE}\n"), List.of()).isData()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> with(List.of(), Optional.empty(), List.of())).withMessageStartingWith("pip, npm, apt or dockerfile must");
        assertThatIllegalArgumentException().isThrownBy(() -> with(List.of("tree"), Optional.of("FROM x"), List.of())).withMessageStartingWith("dockerfile cannot");
        assertThatIllegalArgumentException().isThrownBy(() -> with(List.of(), Optional.of("FROM x"), List.of())).withMessageStartingWith("dockerfile must begin");
        assertThatIllegalArgumentException().isThrownBy(() -> with(List.of("tree"), Optional.empty(), List.of("os; import x"))).withMessageStartingWith("preload must");
    }

    @Test
    void ofAPackageJsonOnlyThePackagesAreTaken() {
        NpmFiles files = NpmFiles.of("{\"name\": \"x\", \"scripts\": {\"postinstall\": \"touch x\"}, \"dependencies\": {\"@a/b\": \"^1.2.3 || >=2\", \"c\": \"latest\"}, \"bin\": \"x\"}", Optional.empty(), Optional.empty());
        assertThat(files.manifest()).isEqualTo("{\"name\":\"runtime\",\"version\":\"1.0.0\",\"private\":true,\"dependencies\":{\"@a/b\":\"^1.2.3 || >=2\",\"c\":\"latest\"}}");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '!', delimiter = '|', value = {
        "{| npm must be JSON", "[]| npm must be a JSON object", "{}| npm must name a package", "{\"dependencies\": {\"a\": 1}}| npm: dependencies must hold",
        "{\"dependencies\": {\"a\": \"https://example.org/a.tgz\"}}| npm: dependencies must hold", "{\"dependencies\": {\"a\": \"file:../a\"}}| npm: dependencies must hold",
        "{\"dependencies\": {\"a\": \"git+ssh://x\"}}| npm: dependencies must hold", "{\"dependencies\": {\"a\": \"user/repository\"}}| npm: dependencies must hold",
        "{\"dependencies\": {\"a\": \".\"}}| npm: dependencies must hold", "{\"dependencies\": {\"a\": \"x.tgz\"}}| npm: dependencies must hold",
        "{\"dependencies\": {\"../a\": \"1\"}}| npm: dependencies must hold", "{\"devDependencies\": {\"a\": \"npm:b@1\"}, \"dependencies\": {\"a\": \"1\"}}| npm: devDependencies must hold"})
    void packageJsonThatSaysMoreIsRefused(String json, String words) {
        assertThatIllegalArgumentException().isThrownBy(() -> NpmFiles.of(json, Optional.empty(), Optional.empty())).withMessageStartingWith(words);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '!', delimiter = '|', value = {
        "{\"lockfileVersion\": 1}| npmLock must be a package-lock.json",
        "{\"packages\": {\"node_modules/a\": {\"resolved\": \"https://example.org/a.tgz\"}}}| npmLock must take packages from the registry; got https://example.org/a.tgz",
        "{\"packages\": {\"node_modules/a\": {\"resolved\": \"https://registry.example.org.evil/a.tgz\"}}}| npmLock must take packages from the registry",
        "{\"packages\": {\"node_modules/a\": {\"version\": \"http://127.0.0.1:9/a.tgz\"}}}| npmLock must have exact versions",
        "{\"packages\": {\"../a\": {}}}| npmLock must have packages in node_modules",
        "{\"packages\": {\"node_modules/a\": {\"link\": true}}}| npmLock cannot link to a folder; got node_modules/a"})
    void lockFileThatLeadsElsewhereIsRefused(String lock, String words) {
        assertThatIllegalArgumentException().isThrownBy(() -> NpmFiles.of("{\"dependencies\": {\"a\": \"1\"}}", Optional.of(lock), Optional.of("https://registry.example.org")))
                .withMessageStartingWith(words);
    }

    @Test
    void lockFileOfTheRegistryIsTaken() {
        String lock = "{\"packages\": {\"\": {}, \"node_modules/a\": {\"version\": \"1.0.0\", \"resolved\": \"https://registry.npmjs.org/a/-/a-1.tgz\"}, \"node_modules/b\": {\"version\": \"1.0.0-rc.1\", \"resolved\": \"https://registry.example.org/b.tgz\"}}}";
        assertThat(NpmFiles.of("{\"dependencies\": {\"a\": \"1\"}}", Optional.of(lock), Optional.of("https://registry.example.org")).lock()).contains(lock);
    }
}
