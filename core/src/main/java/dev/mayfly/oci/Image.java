package dev.mayfly.oci;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/// An unpacked image.
///
/// @param id digest of the image's configuration, the same as a Docker engine's id of it: `sha256:…`
/// @param layers folders of the store, the lowest first
/// @param env `NAME=value` of every process
@JsonIgnoreProperties(ignoreUnknown = true)
record Image(String id, List<String> layers, List<String> env) {
    Image {
        layers = List.copyOf(layers);
        env = List.copyOf(env);
    }
}
