package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.net.InetAddress;

/// Puts a meter before the decoder of each WebSocket, and where the socket finds it. Refuses nobody: a browser would
/// not see why.
@Singleton
public class MeteredUpgrade implements HttpUpgradeCheck {
    static final UserData.TypedKey<MessageMeter> METER = new UserData.TypedKey<>("meter");
    static final UserData.TypedKey<String> ADDRESS = UserData.TypedKey.forString("address");

    private final HeapBudget heap;
    private final SocketSettings settings;

    public MeteredUpgrade(HeapBudget heap, SocketSettings settings) {
        this.heap = heap;
        this.settings = settings;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext exchange) {
        exchange.userData().put(ADDRESS, Connections.counted(InetAddress.ofLiteral(exchange.httpRequest().remoteAddress().hostAddress())).getHostAddress());
        ChannelPipeline pipeline = ((ConnectionBase) exchange.httpRequest().connection()).channel().pipeline();
        ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
        if (decoder != null) { // HTTP/2 has none, and no WebSocket either
            MessageMeter meter = pipeline.get(MessageMeter.class); // of an earlier request that was not upgraded
            if (meter == null) {
                meter = new MessageMeter(heap, settings.maxMessageBytes(), settings.stall());
                pipeline.addBefore(decoder.name(), "meter", meter);
            }
            exchange.userData().put(METER, meter);
        }
        return CheckResult.permitUpgrade();
    }
}
