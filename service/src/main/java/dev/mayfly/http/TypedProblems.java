package dev.mayfly.http;

import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemContext;
import io.quarkiverse.resteasy.problem.postprocessing.ProblemPostProcessor;
import jakarta.enterprise.context.ApplicationScoped;

/// Gives the framework's own problems the type, title and words that ours have.
@ApplicationScoped
public class TypedProblems implements ProblemPostProcessor {
    @Override
    public HttpProblem apply(HttpProblem problem, ProblemContext context) {
        if (problem.getType() != null) {
            return problem;
        }
        return ProblemKind.of(problem.getStatusCode()).map(kind -> typed(problem, kind)).orElse(problem);
    }

    private static HttpProblem typed(HttpProblem problem, ProblemKind kind) {
        var typed = Problems.of(kind, kind.explanation()).withInstance(problem.getInstance());
        problem.getHeaders().forEach(typed::withHeader);
        return typed.build();
    }
}
