package dev.mayfly.agent;

/// See `runtimes/agent/frame.h`, which is the other half of this list.
enum FrameType {
    PROGRAM('J'),
    FILE('F'),
    DATA('D'),
    GO('G'),
    STDIN('I'),
    STDIN_END('E'),
    SIGNAL('S'),
    TTY('T'),
    RESIZE('W'),
    EXECUTABLE('X'),
    READY('r'),
    STARTED('s'),
    STDOUT('o'),
    STDERR('e'),
    STDIN_TAKEN('i'),
    OUT_FILE('f'),
    OUT_DATA('d'),
    OUT_SKIPPED('k'),
    EXIT('x'),
    REFUSED('!');

    private static final FrameType[] BY_CODE = new FrameType[128];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    final byte code;

    FrameType(char code) {
        this.code = (byte) code;
    }

    static FrameType of(byte code) throws ProtocolException {
        FrameType type = code < 0 ? null : BY_CODE[code];
        if (type == null) {
            throw new ProtocolException("frame type %d is unknown".formatted(code));
        }
        return type;
    }
}
