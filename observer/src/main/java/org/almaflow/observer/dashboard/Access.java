package org.almaflow.observer.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask what. A server on a loopback address answers only to loopback names, so that no web
 * site can reach it under a name of its own; a server on any other address wants a token with every
 * request. Immutable.
 */
final class Access {
    /** Cookie that stands for the token in a browser. */
    static final String COOKIE = "alma-dashboard";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;
    private final String host;
    private final Optional<String> token;
    private final String pass;

    /**
     * For a server on that address.
     *
     * @param host name or address that it is bound to
     * @param token what requests have to bring
     * @throws DashboardException when the address is unknown, or not loopback and has no token
     */
    Access(String host, Optional<String> token) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.loopback = isLoopback(host);
        this.token = token;
        this.pass = HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
        if (!loopback && token.isEmpty()) {
            throw new DashboardException(
                    "--host: everybody who reaches %s could read this dashboard; give a --token-file, or stay on 127.0.0.1"
                            .formatted(host),
                    null);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw new DashboardException(
                    "--host: there is no address '%s'; give an address of this machine"
                            .formatted(host),
                    e);
        }
    }

    /** Whether only this machine can reach it. */
    boolean loopback() {
        return loopback;
    }

    /** Whether the name under which a request reached us is one of ours. */
    boolean isOurs(String hostHeader) {
        if (!loopback) {
            return true;
        }
        String name = withoutPort(hostHeader == null ? "" : hostHeader.toLowerCase(Locale.ROOT));
        return LOOPBACK.contains(name) || name.equals(host) || name.equals("[" + host + "]");
    }

    private static String withoutPort(String header) {
        return header.replaceFirst(":\\d*$", "");
    }

    /**
     * Whether a page of ours, or no page at all, sent the request.
     *
     * @param origin header of that name; null where there is none
     * @param fetchSite header Sec-Fetch-Site; null where there is none
     */
    boolean isFromUs(String origin, String fetchSite, String hostHeader) {
        boolean site =
                fetchSite == null || fetchSite.equals("same-origin") || fetchSite.equals("none");
        boolean here =
                origin == null
                        || origin.equals("http://" + hostHeader)
                        || origin.equals("https://" + hostHeader);
        return site && here;
    }

    /**
     * Whether the request may read and ask.
     *
     * @param authorization header of that name; null where there is none
     * @param cookie value of {@link #COOKIE}; null where there is none
     */
    boolean isAllowed(String authorization, String cookie) {
        return token.isEmpty()
                || (cookie != null && same(cookie, pass))
                || (authorization != null
                        && authorization.startsWith("Bearer ")
                        && same(authorization.substring(7).strip(), token.get()));
    }

    /** What a browser that knows the token keeps; empty when it is another. */
    Optional<String> pass(String given) {
        return token.filter(right -> same(given.strip(), right)).map(right -> pass);
    }

    /** Takes as long for one that is nearly right as for any other. */
    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(hash(one), hash(other));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
