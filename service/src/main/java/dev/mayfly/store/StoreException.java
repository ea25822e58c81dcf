package dev.mayfly.store;

/// The database did not do it. Whether it had done so before the connection broke is not known.
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
