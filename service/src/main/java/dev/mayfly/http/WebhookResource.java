package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.webhook.Delivery;
import dev.mayfly.webhook.Secret;
import dev.mayfly.webhook.Webhooks;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/// A tenant's webhooks: the secrets that sign them, and what was delivered.
@Path("/v1/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class WebhookResource {
    private final Eventually<Webhooks> webhooks;
    private final Caller caller;

    public WebhookResource(Eventually<Webhooks> webhooks, Caller caller) {
        this.webhooks = webhooks;
        this.caller = caller;
    }

    /// @param secret shown once, when it is made
    /// @param expiresAt when it signs no more, where a newer one has taken its place
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SecretView(String id, @Nullable String secret, String createdAt, @Nullable String expiresAt) {
        static SecretView of(Secret secret, boolean withValue) {
            return new SecretView(secret.id(), withValue ? secret.value() : null, secret.createdAt().toString(),
                    secret.expiresAt().map(Instant::toString).orElse(null));
        }
    }

    public record SecretsView(List<SecretView> secrets) {}

    @POST
    @Path("secrets")
    @Operation(operationId = "createSecret", summary = "A new secret for Standard Webhooks signatures; earlier ones sign beside it for a day")
    @APIResponse(responseCode = "201", description = "The secret, which is shown this once",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = SecretView.class)))
    public RestResponse<SecretView> newSecret() throws StoreException, InterruptedException {
        return RestResponse.status(RestResponse.Status.CREATED, SecretView.of(webhooks.get().newSecret(caller.tenant()), true));
    }

    @GET
    @Path("secrets")
    @Operation(operationId = "listSecrets", summary = "The secrets that sign now, without their values")
    public SecretsView secrets() throws StoreException, InterruptedException {
        return new SecretsView(webhooks.get().secrets(caller.tenant()).stream().map(secret -> SecretView.of(secret, false)).toList());
    }

    @DELETE
    @Path("secrets/{id}")
    @Operation(operationId = "revokeSecret", summary = "The secret signs nothing more from now on")
    @APIResponse(responseCode = "204", description = "It is revoked")
    @APIResponse(responseCode = "404", description = "There is none")
    public void revoke(@PathParam("id") String id) throws StoreException, InterruptedException {
        if (!webhooks.get().revoke(caller.tenant(), id)) {
            throw Problems.unknown(ProblemKind.UNKNOWN_SECRET);
        }
    }

    /// @param status missing where there was no answer
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AttemptView(String at, @Nullable Integer status, @Nullable String error) {}

    /// @param state `pending`, `delivered` (answered with 2xx) or `failed` (given up)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DeliveryView(
            String id, String type, String subject, String url, String state, String createdAt, @Nullable String nextAt, @Nullable String endedAt,
            List<AttemptView> attempts) {
        static DeliveryView of(Delivery delivery) {
            return new DeliveryView(
                    delivery.id(), delivery.type(), delivery.subject(), delivery.url(), name(delivery.state()), delivery.createdAt().toString(),
                    delivery.state() == Delivery.State.PENDING ? delivery.nextAt().toString() : null,
                    delivery.endedAt().map(Instant::toString).orElse(null),
                    delivery.attempts().stream()
                            .map(attempt -> new AttemptView(attempt.at().toString(), attempt.status().orElse(null), attempt.error().orElse(null)))
                            .toList());
        }
    }

    /// @param next the `cursor` of the next page; missing at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DeliveriesView(List<DeliveryView> deliveries, @Nullable String next) {}

    private static String name(Delivery.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    @GET
    @Path("deliveries")
    @Operation(operationId = "listDeliveries", summary = "What was and is to be delivered, the newest first; `subject` is an execution's or batch's id")
    public DeliveriesView deliveries(
            @QueryParam("subject") @Nullable String subject,
            @QueryParam("state") @Schema(enumeration = {"pending", "delivered", "failed"}) @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50") @DefaultValue("50") String limit) throws RejectedException, StoreException, InterruptedException {
        int size = Pages.limit(limit);
        Optional<Delivery.State> wanted = state == null ? Optional.empty() : Optional.of(state(state));
        List<DeliveryView> page = webhooks.get().deliveries(caller.tenant(), wanted, Pages.text("subject", subject), Pages.cursor(cursor), size)
                .stream().map(DeliveryView::of).toList();
        return new DeliveriesView(page, page.size() < size ? null : page.getLast().id());
    }

    private static Delivery.State state(String name) throws RejectedException {
        return Arrays.stream(Delivery.State.values())
                .filter(state -> name(state).equals(name))
                .findFirst()
                .orElseThrow(() -> RejectedException.invalid("state", "state must be pending, delivered or failed"));
    }

    @POST
    @Path("deliveries/{id}/redeliver")
    @Operation(operationId = "redeliver", summary = "Delivers it once more, and tries again for a day")
    @APIResponse(responseCode = "202", description = "It is on its way")
    @APIResponse(responseCode = "404", description = "Not found, or expired")
    public RestResponse<Void> redeliver(@PathParam("id") String id) throws StoreException, InterruptedException {
        if (!webhooks.get().redeliver(caller.tenant(), id)) {
            throw Problems.unknown(ProblemKind.UNKNOWN_DELIVERY);
        }
        return RestResponse.accepted();
    }
}
