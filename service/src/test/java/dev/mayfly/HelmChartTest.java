package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import dev.mayfly.testing.HelmChart;
import dev.mayfly.testing.KubernetesObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the chart makes: `KubernetesIT` compares it with what Kustomize does.
class HelmChartTest {
    private static final String IMAGE = "registry.example.org/mayfly/service@sha256:" + "0".repeat(64);

    @TempDir
    Path folder;

    @Test
    void helmFindsNothingWrong() throws Exception {
        LintResult found = HelmChart.lint(folder, IMAGE);
        assertThat(found.isFailed()).as("%s", found.getMessages()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', 5", "hpa, 6", "keda, 5"})
    void everyFieldIsOneOfKubernetes(String by, int known) throws Exception {
        assertThat(HelmChart.render(folder, "image", IMAGE, "autoscaling.by", by).known()).hasSize(known)
                .allSatisfy(object -> assertThat(object.getApiVersion()).isEqualTo(HasMetadata.getApiVersion(object.getClass())));
    }

    @Test
    void replicasAreTheAutoscalersWhereThereIsOne() throws Exception {
        assertThat(HelmChart.render(folder, "image", IMAGE, "replicas", "3").one(Deployment.class).getSpec().getReplicas()).isEqualTo(3);
        KubernetesObjects scaled = HelmChart.render(folder, "image", IMAGE, "autoscaling.by", "hpa");
        assertThat(scaled.one(Deployment.class).getSpec().getReplicas()).isNull();
        assertThat(scaled.one(HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef().getName()).isEqualTo(scaled.one(Deployment.class).getMetadata().getName());
    }

    @Test
    void changedSettingReplacesTheReplicas() throws Exception {
        Deployment before = HelmChart.render(folder, "image", IMAGE).one(Deployment.class);
        Deployment after = HelmChart.render(folder, "image", IMAGE, "settings.MAYFLY_QUOTA_CONCURRENCY", "four").one(Deployment.class);
        assertThat(after.getSpec().getTemplate().getMetadata().getAnnotations()).isNotEqualTo(before.getSpec().getTemplate().getMetadata().getAnnotations());
    }

    @Test
    void serviceFindsItsPods() throws Exception {
        KubernetesObjects objects = HelmChart.render(folder, "image", IMAGE);
        assertThat(objects.one(Deployment.class).getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(objects.one(Service.class).getSpec().getSelector());
    }

    /// An image by its tag may be another one tomorrow.
    @ParameterizedTest
    @CsvSource({"image, registry.example.org/mayfly/service:latest", "imagesFolder, images", "autoscaling.by, me", "replicas, none", "cpu, 3"})
    void wrongValueIsRefused(String name, String value) {
        String[] values = name.equals("image") ? new String[] {name, value} : new String[] {"image", IMAGE, name, value};
        assertThatThrownBy(() -> HelmChart.render(folder, values)).hasMessageContaining(name.replace("autoscaling.", ""));
    }

    @Test
    void withoutAnImageNothingIsRendered() {
        assertThatThrownBy(() -> HelmChart.render(folder)).hasMessageContaining("image");
    }
}
