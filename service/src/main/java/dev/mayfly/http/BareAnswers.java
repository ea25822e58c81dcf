package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;

/// What Vert.x refuses by a bare status before any route sees it – a request that is not HTTP, a line too long, a
/// broken chunk, another version of WebSocket – becomes a problem.
final class BareAnswers extends ChannelDuplexHandler {
    /// Places the handler above the codec, which is not there before the first bytes are, with TLS not before a few
    /// more.
    static final class Placing extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ChannelHandlerContext codec = context.pipeline().context(HttpResponseEncoder.class);
            if (codec != null) {
                context.pipeline().addAfter(codec.name(), "bare answers", new BareAnswers());
                context.pipeline().remove(this);
            }
            context.fireChannelRead(bytes);
        }
    }

    private boolean anyHead;
    private int unanswered;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            // whose answers have no body; few clients mix them with others on one connection
            anyHead |= request.method().equals(HttpMethod.HEAD);
            unanswered++;
        } else if (message instanceof HttpContent content && content.decoderResult().isFailure() && unanswered == 1 && !anyHead) {
            ReferenceCountUtil.release(message);
            FullHttpResponse problem = problem(HttpResponseStatus.BAD_REQUEST, EmptyHttpHeaders.INSTANCE, ProblemKind.MALFORMED_REQUEST);
            problem.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(problem).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Object sent = message;
        if (message instanceof HttpResponse answer && !answer.status().codeClass().equals(HttpStatusClass.INFORMATIONAL)) {
            unanswered = Math.max(0, unanswered - 1);
        }
        if (message instanceof FullHttpResponse answer && isBare(answer) && !anyHead) {
            Optional<ProblemKind> kind = ProblemKind.of(answer.status().code());
            if (kind.isPresent()) {
                sent = problem(answer.status(), answer.headers(), kind.get());
                ReferenceCountUtil.release(answer);
            }
        }
        var _ = context.write(sent, promise);
    }

    private static boolean isBare(FullHttpResponse answer) {
        return !answer.content().isReadable() && !answer.headers().contains(HttpHeaderNames.CONTENT_TYPE);
    }

    private static FullHttpResponse problem(HttpResponseStatus status, HttpHeaders headers, ProblemKind kind) {
        ByteBuf body = Unpooled.copiedBuffer(ProblemAnswer.json(kind, kind.explanation()).encode(), UTF_8);
        var problem = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        problem.headers().add(headers)
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.CONTENT_TYPE, ProblemAnswer.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (!problem.headers().contains(HttpHeaderNames.DATE)) {
            problem.headers().set(HttpHeaderNames.DATE, HttpRules.date());
        }
        return problem;
    }
}
