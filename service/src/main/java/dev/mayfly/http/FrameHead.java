package dev.mayfly.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/// The head of a WebSocket frame, as its bytes come: https://www.rfc-editor.org/rfc/rfc6455#section-5.2
final class FrameHead {
    static final int CONTINUATION = 0;
    private static final int FIRST_CONTROL = 8;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_OF_2 = 126;
    private static final int LENGTH_OF_8 = 127;
    private static final int MASK_BYTES = 4;
    private static final int MAX_BYTES = 14;

    private final ByteBuf head = Unpooled.buffer(MAX_BYTES, MAX_BYTES);

    /// Whether it is complete; as much as there is of it is taken.
    boolean read(ByteBuf bytes) {
        while (head.readableBytes() < length() && bytes.isReadable()) {
            head.writeByte(bytes.readByte());
        }
        return head.readableBytes() >= length();
    }

    private int length() {
        if (head.readableBytes() < 2) {
            return 2;
        }
        int second = head.getUnsignedByte(1);
        int length = second & LENGTH;
        return 2 + (length == LENGTH_OF_2 ? 2 : length == LENGTH_OF_8 ? Long.BYTES : 0) + ((second & MASKED) == 0 ? 0 : MASK_BYTES);
    }

    long payloadBytes() {
        int length = head.getUnsignedByte(1) & LENGTH;
        if (length == LENGTH_OF_2) {
            return head.getUnsignedShort(2);
        }
        return length == LENGTH_OF_8 ? head.getLong(2) & Long.MAX_VALUE : length;
    }

    boolean isControl() {
        return opcode() >= FIRST_CONTROL;
    }

    boolean isFinal() {
        return (head.getUnsignedByte(0) & FINAL) != 0;
    }

    int opcode() {
        return head.getUnsignedByte(0) & OPCODE;
    }

    void setOpcode(int opcode) {
        head.setByte(0, (head.getUnsignedByte(0) & ~OPCODE) | opcode);
    }

    void clear() {
        head.clear();
    }

    /// The head of a part of this frame, which has the same mask. The first part also has its kind and reserved bits,
    /// all others continue it.
    ///
    /// @param length less than 64 KiB
    ByteBuf ofPiece(ByteBufAllocator allocator, boolean isFirst, boolean isFinal, int length) {
        ByteBuf piece = allocator.buffer(MAX_BYTES);
        piece.writeByte((isFirst ? head.getUnsignedByte(0) & ~FINAL : CONTINUATION) | (isFinal ? FINAL : 0));
        int masked = head.getUnsignedByte(1) & MASKED;
        if (length < LENGTH_OF_2) {
            piece.writeByte(masked | length);
        } else {
            piece.writeByte(masked | LENGTH_OF_2).writeShort(length);
        }
        if (masked != 0) {
            piece.writeBytes(head, head.readableBytes() - MASK_BYTES, MASK_BYTES);
        }
        return piece;
    }
}
