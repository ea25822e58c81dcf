package dev.mayfly.agent;

import java.nio.ByteBuffer;

/// One frame from the agent; the payload is valid until the next one is read.
record Frame(FrameType type, ByteBuffer payload) {
    static final int HEADER_BYTES = 5;
    static final int MAX_PAYLOAD_BYTES = 1 << 20;

    byte[] rest() {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }
}
