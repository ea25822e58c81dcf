package dev.mayfly.oci;

import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Plans of sandboxes, each drawn once. The last ones used are kept: a caller chooses limits, and so how many there
/// are. Thread-safe.
final class Blueprints {
    private static final int MOST = 64;

    private final ImageStore images;
    private final Map<SandboxSpec, Blueprint> last = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SandboxSpec, Blueprint> eldest) {
            return size() > MOST;
        }
    });

    Blueprints(ImageStore images) {
        this.images = images;
    }

    record Blueprint(Image image, String text, boolean ownUsers) {}

    Blueprint of(SandboxSpec spec, SandboxMaker maker, StateFolder home, boolean ownUsers) throws SandboxException {
        Blueprint known = last.get(spec);
        if (known != null && known.ownUsers() == ownUsers) {
            return known;
        }
        Image image = images.require(spec.image());
        var made = new Blueprint(image, maker.blueprint(spec, image, home, ownUsers), ownUsers);
        last.put(spec, made);
        return made;
    }

    int size() {
        return last.size();
    }
}
