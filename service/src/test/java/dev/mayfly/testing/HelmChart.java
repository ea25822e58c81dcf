package dev.mayfly.testing;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The chart, rendered by Helm's own library.
public final class HelmChart {
    private static final Path SHIPPED = Path.of("deploy/kubernetes/helm");

    private HelmChart() {}

    /// As a release called mayfly, in a namespace of that name.
    ///
    /// @param folder where the chart is copied to: the library renders for Kubernetes 1.20 alone, which the chart
    ///     refuses
    /// @param values names and values, as with `--set`
    public static KubernetesObjects render(Path folder, String... values) throws IOException {
        copy(folder);
        var template = new Helm(folder).template().withName("mayfly").withNamespace("mayfly");
        for (int value = 0; value < values.length; value += 2) {
            template.set(values[value], values[value + 1]);
        }
        return KubernetesObjects.read(template.call());
    }

    private static void copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            files.filter(Files::isRegularFile).forEach(file -> copy(file, folder.resolve(SHIPPED.relativize(file))));
        }
    }

    private static void copy(Path file, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.writeString(to, Files.readString(file).replaceFirst("(?m)^kubeVersion: .*\n", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// With a values file that names an image, as users have one.
    public static LintResult lint(Path folder, String image) throws IOException {
        copy(folder);
        Path values = folder.resolve("values.yaml");
        Files.writeString(values, Files.readString(values).replace("image: \"\"", "image: " + image));
        return new Helm(folder).lint().call();
    }
}
