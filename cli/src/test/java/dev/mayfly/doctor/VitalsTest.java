package dev.mayfly.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VitalsTest {
    @Test
    void growthBeyondTheLeewayIsReported() {
        var before = new Vitals(20 << 20, 20, Map.of("file", 40L, "socket", 20L));
        assertThat(new Vitals(44 << 20, 28, Map.of("file", 41L, "socket", 27L)).growthSince(before)).isEmpty();
        assertThat(new Vitals(45 << 20, 29, Map.of("socket", 69L)).growthSince(before)).hasSize(3)
                .containsSequence("heap grew from 20 to 45 MiB", "threads grew from 20 to 29").last().asString().endsWith("to {socket=69}");
    }

    @Test
    void whatIsLeftOpenIsSeen() throws IOException {
        Vitals before = Vitals.now();
        List<Pipe> left = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            left.add(Pipe.open());
        }
        assertThat(Vitals.now().growthSince(before)).anyMatch(growth -> growth.startsWith("open files grew"));
        for (Pipe pipe : left) {
            pipe.source().close();
            pipe.sink().close();
        }
    }
}
