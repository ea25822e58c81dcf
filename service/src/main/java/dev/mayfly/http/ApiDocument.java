package dev.mayfly.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jboss.jandex.IndexView;

/// What all operations have in common in the API's document: problems, and keys.
@OpenApiFilter(stages = RunStage.BUILD)
public class ApiDocument implements OASFilter {
    private static final String PROBLEM = "Problem";
    private static final String KEY = "key";
    private static final String DEFAULT = "default";
    private static final Pattern FOR_EVERYBODY = Pattern.compile("/|/problems.*");

    private final ApiSchemas schemas;

    public ApiDocument(IndexView index) {
        schemas = new ApiSchemas(index);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        schemas.complete(document.getComponents());
        document.getComponents().addSchema(PROBLEM, problem());
        document.getComponents().addSecurityScheme(KEY, OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP).scheme("bearer")
                .description("An API key of `mayfly keys`, or an OpenID provider's token. A service on loopback that has neither needs none."));
        document.getPaths().getPathItems().forEach((path, item) -> item.getOperations().values().forEach(operation -> complete(operation, FOR_EVERYBODY.matcher(path).matches())));
    }

    private static void complete(Operation operation, boolean forEverybody) {
        usual(operation, "400", "A part of the request is not valid; `field` names it where it is one");
        usual(operation, "403", forEverybody ? "The page's origin is not allowed" : "The key's scopes do not allow this, or the page's origin is not allowed");
        if (forEverybody) {
            operation.setSecurity(List.of());
        } else {
            usual(operation, "401", "An API key is needed; it is missing or not valid");
            operation.setSecurity(List.of(OASFactory.createSecurityRequirement(), OASFactory.createSecurityRequirement().addScheme(KEY)));
        }
        usual(operation, DEFAULT, "Any other problem");
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.startsWith("4") || status.startsWith("5") || status.equals(DEFAULT)) {
                response.setContent(problemContent());
            }
        });
    }

    private static void usual(Operation operation, String status, String description) {
        if (!operation.getResponses().hasAPIResponse(status)) {
            operation.getResponses().addAPIResponse(status, OASFactory.createAPIResponse().description(description));
        }
    }

    private static Content problemContent() {
        return OASFactory.createContent().addMediaType(ProblemAnswer.MEDIA_TYPE, OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    private static Schema problem() {
        var properties = new LinkedHashMap<String, Schema>();
        properties.put("type", text().enumeration(Arrays.stream(ProblemKind.values()).map(kind -> (Object) kind.type().toString()).toList()));
        properties.put("title", text());
        properties.put("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER));
        properties.put("detail", text());
        properties.put("field", text().description("which field, query parameter or header is wrong"));
        properties.put("instance", text());
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("RFC 9457; `type` leads to a page that explains the problem")
                .properties(properties)
                .required(List.of("type", "title", "status", "detail"));
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }
}
