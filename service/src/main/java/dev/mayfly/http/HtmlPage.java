package dev.mayfly.http;

/// The few pages that people read in a browser: without scripts and styles of their own.
final class HtmlPage {
    static final String MEDIA_TYPE = "text/html;charset=utf-8";

    private HtmlPage() {}

    /// @param body HTML
    static String of(String title, String body) {
        return "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>%1$s - Mayfly</title>\n<h1>%1$s</h1>\n%2$s\n</html>\n".formatted(title, body);
    }
}
