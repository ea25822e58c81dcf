package dev.mayfly.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/// The codec of a WebSocket that closes with the code of what was violated.
final class StrictFrames {
    /// As Netty's handshake names it: what it stands behind is a WebSocket's from its first byte on.
    static final String DECODER = "wsdecoder";
    private static final String ENCODER = "wsencoder";

    private StrictFrames() {}

    /// In place of the one that the handshake has put there.
    static void install(ChannelPipeline pipeline, long maxMessageBytes) {
        var strict = WebSocketDecoderConfig.newBuilder().closeOnProtocolViolation(false).maxFramePayloadLength((int) Math.min(Integer.MAX_VALUE, maxMessageBytes)).build();
        pipeline.replace(DECODER, DECODER, new WebSocket13FrameDecoder(strict));
        List<String> names = pipeline.names();
        // what the validator says passes the one, what it hears the other
        String codec = names.indexOf(ENCODER) > names.indexOf(DECODER) ? ENCODER : DECODER;
        pipeline.addAfter(codec, "utf8", new Utf8FrameValidator(false));
        pipeline.addAfter("utf8", "violations", new Violations());
    }

    /// Closes with the code of what was violated, once. Left to themselves, the codec closes and the framework as
    /// well, with 1000, which some clients take for the end.
    private static final class Violations extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException violation) {
                var _ = ctx.writeAndFlush(new CloseWebSocketFrame(violation.closeStatus(), violation.getMessage())).addListener(sent -> {
                    var _ = ctx.close();
                });
            } else {
                ctx.fireExceptionCaught(cause);
            }
        }
    }
}
