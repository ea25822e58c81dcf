package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file that a client sends: alone, or as one of a form's.
///
/// @param path absolute
record Upload(String path, byte[] content) {
    private static final String FORM = "multipart/form-data";
    private static final int MOST_FILES = 1000;
    /// A form is there as it came, undecoded, and decoded.
    private static final int COPIES = 3;

    /// @param path of the only file; those of a form have their own in its place
    static List<Upload> of(byte[] body, String contentType, @Nullable String path, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        if (!contentType.regionMatches(true, 0, FORM, 0, FORM.length())) {
            return List.of(new Upload(Envd.path(path), body));
        }
        hold.add((long) COPIES * body.length);
        List<Upload> uploads = inForm(body, contentType, path);
        if (uploads.isEmpty()) {
            throw RejectedException.invalid("file", "the form has no file");
        }
        return uploads;
    }

    private static List<Upload> inForm(byte[] body, String contentType, @Nullable String path) throws RejectedException {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        HttpPostRequestDecoder decoder = null;
        try {
            decoder = new HttpPostRequestDecoder(new DefaultHttpDataFactory(false), request, UTF_8, MOST_FILES, -1); // in memory, which is reserved
            decoder.offer(new DefaultLastHttpContent(Unpooled.wrappedBuffer(body)));
            List<Upload> uploads = new ArrayList<>();
            for (InterfaceHttpData part : decoder.getBodyHttpDatas()) {
                if (part instanceof FileUpload file && file.isCompleted()) {
                    uploads.add(new Upload(Envd.path(path == null ? file.getFilename() : path), file.get()));
                }
            }
            return uploads;
        } catch (HttpPostRequestDecoder.ErrorDataDecoderException | HttpPostRequestDecoder.TooManyFormFieldsException | HttpPostRequestDecoder.TooLongFormFieldException e) {
            throw RejectedException.invalid("", "the body is not a form of at most %d files".formatted(MOST_FILES));
        } catch (IOException e) {
            throw RejectedException.invalid("", "the body cannot be read: " + e.getMessage());
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }
}
