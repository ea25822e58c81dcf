package dev.mayfly.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/// Root on a host that lets Mayfly make sandboxes, with the keeper and the unpacked images. Left out by
/// `-Dgroups='!root'`.
@Tag("root")
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface NeedsRoot {}
