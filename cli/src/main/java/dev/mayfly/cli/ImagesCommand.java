package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.image.ImageReference;
import dev.mayfly.oci.ImageStore;
import dev.mayfly.oci.OciSettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly images` and its words.
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

    @Command(
            name = "pull",
            description = "Bring an image from its registry; layers that are there already are not fetched again. Needs root.",
            mixinStandardHelpOptions = true)
    int pull(
            @Parameters(paramLabel = "IMAGE", description = "REGISTRY/NAME@sha256:DIGEST or REGISTRY/NAME:TAG") String image,
            @Option(names = "--as", paramLabel = "NAME", description = "What to call it here, such as the image of a runtime.yaml; by default IMAGE") @Nullable String name) throws InterruptedException {
        ImageReference reference = ImageReference.parse(image)
                .orElseThrow(() -> new CliException(CliException.WRONG_USE, "IMAGE must be REGISTRY/NAME@sha256:DIGEST or REGISTRY/NAME:TAG; got " + image));
        try {
            store().pull(reference, name == null ? image : name, Home.find().oci().registries());
            return 0;
        } catch (IOException e) {
            throw new CliException(CliException.OUR_FAULT, "%s was not pulled: %s".formatted(image, e.getMessage()));
        }
    }

    @Command(
            name = "rollback",
            description = "Let a name mean its earlier image again. A service makes its sandboxes from it again once its hello has passed. Needs root.",
            mixinStandardHelpOptions = true)
    int rollback(@Parameters(paramLabel = "NAME", description = "As mayfly images lists it") String name) throws IOException, InterruptedException {
        if (!store().rollBack(name)) {
            throw new CliException(CliException.WRONG_USE, "no image had the name %s before".formatted(name));
        }
        return 0;
    }

    @Command(
            name = "rm",
            description = "Remove a name, and the images that it has or had, unless another name has them. No sandbox of these images may be alive; mayfly images used lists such sandboxes. Needs root.",
            mixinStandardHelpOptions = true)
    int remove(@Parameters(paramLabel = "NAME", description = "As mayfly images lists it") String name) throws IOException, InterruptedException {
        if (!store().remove(name)) {
            throw new CliException(CliException.WRONG_USE, "no image has the name " + name);
        }
        return 0;
    }

    @Command(name = "used", description = "List the images that the service's sandboxes were made from, and how many sandboxes of each are alive.", mixinStandardHelpOptions = true)
    int used() throws InterruptedException {
        JsonNode runtimes = ServiceHttp.get(Home.find(), "/v1/runtimes").path("runtimes");
        System.out.printf("%-14s %-72s %9s  %s%n", "RUNTIME", "IMAGE", "SANDBOXES", "NAME");
        for (JsonNode runtime : runtimes) {
            for (JsonNode image : runtime.path("images")) {
                String name = image.path("serving").asBoolean() ? runtime.path("image").asText() : "(replaced)";
                System.out.printf("%-14s %-72s %9d  %s%n", runtime.path("id").asText(), image.path("digest").asText(), image.path("sandboxes").asInt(), name);
            }
        }
        return 0;
    }

    private static ImageStore store() {
        OciSettings settings = Home.find().oci();
        return new ImageStore(settings.images(), settings.keeper());
    }
}
