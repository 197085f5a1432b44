package org.almaflow.observer.dashboard;

import java.util.Map;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Lets through what {@link Access} allows, and puts the headers of a careful page on all. */
final class Guard extends Handler.Wrapper {
    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " img-src 'self' data:; base-uri 'none'; form-action 'self';"
                            + " frame-ancestors 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Referrer-Policy",
                    "no-referrer",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin");

    private final Access access;
    private final Asset login;

    Guard(Access access, Asset login, Handler guarded) {
        super(guarded);
        this.access = access;
        this.login = login;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HEADERS.forEach((name, value) -> response.getHeaders().put(name, value));
        String host = request.getHeaders().get(HttpHeader.HOST);
        String path = Request.getPathInContext(request);
        if (!access.isOurs(host)) {
            return refuse(
                    Reply.error(
                            421,
                            "this dashboard is on a loopback address and does not answer to host '%s'; open it as localhost"
                                    .formatted(host)),
                    response,
                    callback);
        }
        if (request.getMethod().equals("POST") && !isFromUs(request, host)) {
            return refuse(
                    Reply.error(403, "a page of another site may not send this"),
                    response,
                    callback);
        }
        if (Routes.isOpen(path) || isAllowed(request)) {
            return super.handle(request, response, callback);
        }
        Reply refusal =
                path.equals("/")
                        ? new Reply(401, login.type(), login.content(), Map.of())
                        : Reply.error(
                                401,
                                "this dashboard wants its token; send the header Authorization:"
                                        + " Bearer TOKEN");
        return refuse(refusal.with("WWW-Authenticate", "Bearer"), response, callback);
    }

    private boolean isFromUs(Request request, String host) {
        return access.isFromUs(
                request.getHeaders().get(HttpHeader.ORIGIN),
                request.getHeaders().get("Sec-Fetch-Site"),
                host);
    }

    private boolean isAllowed(Request request) {
        String cookie =
                Request.getCookies(request).stream()
                        .filter(one -> one.getName().equals(Access.COOKIE))
                        .map(HttpCookie::getValue)
                        .findFirst()
                        .orElse(null);
        return access.isAllowed(request.getHeaders().get(HttpHeader.AUTHORIZATION), cookie);
    }

    private static boolean refuse(Reply reply, Response response, Callback callback) {
        reply.send(response, callback);
        return true;
    }
}
