package dev.mayfly.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;

/// Completes the schemas of what is sent about functions: each is a part of a submission, which is described once.
final class FunctionSchemas {
    private static final List<String> OF_THE_CALL = List.of("input", "args", "env", "stdin", "stdinEncoding", "labels", "webhook");
    private static final List<String> NOT_OF_A_FUNCTION = List.of("function", "input");

    private FunctionSchemas() {}

    static void complete(Components components) {
        Schema submission = schema(components, "SubmissionRequest");
        Map<String, Schema> fields = new LinkedHashMap<>(submission.getProperties());
        fields.put("input", OASFactory.createSchema().description("For a function: any JSON, which it gets on its standard input, and up to 8,192 bytes of it in `MAYFLY_INPUT`"));
        submission.setProperties(fields);

        var call = new LinkedHashMap<String, Schema>();
        OF_THE_CALL.forEach(field -> call.put(field, Objects.requireNonNull(fields.get(field))));
        schema(components, "InvocationRequest").setProperties(call);

        Schema schedule = schema(components, "ScheduleRequest");
        var ofSchedule = new LinkedHashMap<>(schedule.getProperties());
        ofSchedule.put("input", OASFactory.createSchema().description("The invocation's: any JSON"));
        schedule.setProperties(ofSchedule);

        Schema function = schema(components, "FunctionRequest");
        var ofFunction = new LinkedHashMap<>(function.getProperties());
        fields.forEach((field, schema) -> {
            if (!NOT_OF_A_FUNCTION.contains(field)) {
                ofFunction.put(field, schema);
            }
        });
        function.setProperties(ofFunction);
    }

    private static Schema schema(Components components, String name) {
        return Objects.requireNonNull(components.getSchemas().get(name), name);
    }
}
