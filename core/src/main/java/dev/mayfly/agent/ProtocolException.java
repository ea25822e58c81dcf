package dev.mayfly.agent;

import java.io.IOException;

/// The agent's side broke the protocol, or refused ours.
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}
