package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// What runs here.
///
/// @param image the image that the service runs in, as `mayfly.image` names it; missing without that setting
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceInfo(String version, @Nullable String image, String engine, String replica) {
    /// For labels, which cannot be missing.
    @JsonIgnore
    public String imageName() {
        return image == null ? "" : image;
    }

    /// Version and image in one.
    @JsonIgnore
    public String release() {
        return image == null ? version : "%s (%s)".formatted(version, image);
    }
}
