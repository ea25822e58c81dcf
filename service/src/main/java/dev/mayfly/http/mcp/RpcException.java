package dev.mayfly.http.mcp;

/// Ends the work on a message.
final class RpcException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient RpcError error;

    RpcException(RpcError error) {
        super(error.message());
        this.error = error;
    }

    RpcError error() {
        return error;
    }
}
