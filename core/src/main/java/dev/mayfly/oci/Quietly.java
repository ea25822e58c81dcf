package dev.mayfly.oci;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;

/// Closes what has nothing left to lose.
final class Quietly {
    private Quietly() {}

    static void close(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            System.getLogger(Quietly.class.getName()).log(Level.DEBUG, "close failed", e);
        }
    }
}
