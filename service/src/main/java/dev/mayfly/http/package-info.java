/// The HTTP door: JSON, server-sent events, WebSocket. Status codes, problems and media types are known only here.
@NullMarked
package dev.mayfly.http;

import org.jspecify.annotations.NullMarked;
