package dev.mayfly.wiring;

/// A setting with which the service cannot start. The message is all that its operator needs.
final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingException(String message) {
        super(message);
    }

    SettingException(String message, Throwable cause) {
        super(message, cause);
    }
}
