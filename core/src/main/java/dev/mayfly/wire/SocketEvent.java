package dev.mayfly.wire;

/// An event over a WebSocket: what server-sent events say, in one JSON object. `rejected` carries a `Rejection`.
public record SocketEvent(String event, Object data) {}
