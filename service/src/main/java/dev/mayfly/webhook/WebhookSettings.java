package dev.mayfly.webhook;

import java.time.Duration;
import java.util.List;

/// @param allowedNetworks private ones to which webhooks may be sent nevertheless
/// @param timeout of one attempt
/// @param firstRetry pause behind the first attempt; each further one is four times as long, up to four hours, varied
///     by a fifth
/// @param giveUpAfter time in which a delivery is tried
/// @param secretOverlap how long a secret signs when a newer one has taken its place
/// @param retention how long an ended delivery is listed
public record WebhookSettings(
        List<String> allowedNetworks, Duration timeout, Duration firstRetry, Duration giveUpAfter, Duration secretOverlap, Duration retention) {
    public WebhookSettings {
        allowedNetworks = List.copyOf(allowedNetworks);
    }
}
