package dev.mayfly.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Trust in authorities of one's own, beside those that Java trusts.
final class TrustedAuthorities {
    private TrustedAuthorities() {}

    static SSLContext with(Path pem) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        for (X509Certificate usual : manager(null).getAcceptedIssuers()) {
            all.setCertificateEntry("usual-" + all.size(), usual);
        }
        try (InputStream file = Files.newInputStream(pem)) {
            var own = CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (own.isEmpty()) {
                throw new CertificateException("there is none");
            }
            for (Certificate each : own) {
                all.setCertificateEntry("own-" + all.size(), each);
            }
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager(all)}, null);
        return context;
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no manager of X.509 certificates");
    }
}
