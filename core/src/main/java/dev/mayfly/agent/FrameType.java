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
    HOLD('H'),
    PROCESS('P'),
    FEED('A'),
    FEED_END('B'),
    SIGNAL_TO('N'),
    RESIZE_OF('Z'),
    ASK_USAGE('U'),
    READY('r'),
    STARTED('s'),
    STDOUT('o'),
    STDERR('e'),
    STDIN_TAKEN('i'),
    OUT_FILE('f'),
    OUT_DATA('d'),
    OUT_SKIPPED('k'),
    EXIT('x'),
    REFUSED('!'),
    OUTPUT('p'),
    FED('a'),
    ENDED('q'),
    USAGE('u'),
    OVER('z');

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
