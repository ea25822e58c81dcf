package dev.mayfly.http;

import dev.mayfly.http.codapi.CodapiResource;
import dev.mayfly.http.e2b.EnvdResource;
import dev.mayfly.http.e2b.FilesystemResource;
import dev.mayfly.http.e2b.InterpreterResource;
import dev.mayfly.http.e2b.ProcessResource;
import dev.mayfly.http.e2b.SandboxResource;
import dev.mayfly.http.e2b.Unoffered;
import dev.mayfly.http.mcp.McpResource;
import dev.mayfly.http.mcp.ProtectedResource;
import dev.mayfly.http.piston.PistonResource;
import io.vertx.core.MultiMap;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which methods a path has, and which query parameters a method takes; read from the resources' own annotations.
final class Routes {
    private static final List<Class<?>> RESOURCES =
            List.of(ExecutionResource.class, AsyncExecutionResource.class, FunctionResource.class, InvocationResource.class, ScheduleResource.class, FunctionLinkResource.class, SecretResource.class, SessionResource.class, SessionCommandResource.class, SessionFileResource.class, RuntimeResource.class,
                    BuildResource.class, WebhookResource.class, InfoResource.class, ProblemPages.class, StartPage.class, PistonResource.class, CodapiResource.class, McpResource.class,
                    ProtectedResource.class, SandboxResource.class, Unoffered.class, EnvdResource.class, ProcessResource.class, FilesystemResource.class, InterpreterResource.class);
    private static final List<String> FOR_OPERATORS = List.of("/metrics", "/openapi", "/health", "/health/live", "/health/ready", "/health/started", "/health/well");

    private static final String ANYTHING = "[^/]+";

    /// @param parameters by name, and whether there may be several; empty where all are left to the route
    private record Route(Pattern path, String method, Optional<Map<String, Boolean>> parameters) {}

    /// A query parameter that cannot be.
    record Wrong(String parameter, String reason) {}

    private final List<Route> routes;

    private Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    static Routes ofTheApi() {
        List<Route> all = new ArrayList<>();
        RESOURCES.forEach(resource -> Arrays.stream(resource.getDeclaredMethods()).forEach(method -> all.addAll(routes(resource, method))));
        FOR_OPERATORS.forEach(path -> all.add(new Route(pattern(path), "GET", Optional.empty())));
        return new Routes(all);
    }

    private static List<Route> routes(Class<?> resource, Method method) {
        Path below = method.getAnnotation(Path.class);
        Pattern path = pattern(resource.getAnnotation(Path.class).value() + (below == null ? "" : "/" + below.value()));
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> new Route(path, type.getAnnotation(HttpMethod.class).value(), Optional.of(parameters(method))))
                .toList();
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[^}]+}", ANYTHING) + "/?");
    }

    private static Map<String, Boolean> parameters(Method method) {
        Map<String, Boolean> parameters = new HashMap<>();
        for (Parameter parameter : method.getParameters()) {
            QueryParam query = parameter.getAnnotation(QueryParam.class);
            if (query != null) {
                parameters.put(query.value(), Collection.class.isAssignableFrom(parameter.getType()));
            }
        }
        return parameters;
    }

    /// A path that is written out goes before one with a parameter.
    private List<Route> at(String path) {
        List<Route> matching = routes.stream().filter(route -> route.path().matcher(path).matches()).toList();
        List<Route> writtenOut = matching.stream().filter(route -> !route.path().pattern().contains(ANYTHING)).toList();
        return writtenOut.isEmpty() ? matching : writtenOut;
    }

    /// Empty for a path that is not here.
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        at(path).forEach(route -> methods.add(route.method()));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return methods;
    }

    Optional<Wrong> wrongParameter(String path, String method, MultiMap query) {
        List<Route> asked = at(path).stream().filter(route -> route.method().equals(method.equals("HEAD") ? "GET" : method)).toList();
        if (asked.isEmpty() || asked.stream().anyMatch(route -> route.parameters().isEmpty())) {
            return Optional.empty();
        }
        Map<String, Boolean> known = new HashMap<>();
        asked.forEach(route -> known.putAll(route.parameters().orElseThrow()));
        return query.names().stream().flatMap(name -> wrong(name, query.getAll(name), known).stream()).findFirst();
    }

    private static Optional<Wrong> wrong(String name, List<String> values, Map<String, Boolean> known) {
        Boolean several = known.get(name);
        if (several == null) {
            return Optional.of(new Wrong(name, "the query parameter %s is unknown".formatted(name)));
        }
        if (!several && values.size() > 1) {
            return Optional.of(new Wrong(name, "%s must be given once; got it %d times".formatted(name, values.size())));
        }
        return values.stream().anyMatch(String::isEmpty) ? Optional.of(new Wrong(name, "%s must not be empty".formatted(name))) : Optional.empty();
    }
}
