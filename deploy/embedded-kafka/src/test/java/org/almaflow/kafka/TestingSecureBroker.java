package org.almaflow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Collectors;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.yaml.snakeyaml.Yaml;

/**
 * A broker with TLS, SCRAM and ACLs as k8s/base asks Strimzi for: the users and their rights are
 * read from there, and clients are set by its client.properties.
 */
public final class TestingSecureBroker implements AutoCloseable {
    /** Of the broker's key. */
    public static final String STORE_PASSWORD = "store-password";

    private static final String OAUTH =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";

    private final Path manifests;
    private final Path folder;
    private final int port;
    private final EmbeddedKafka kafka;

    /**
     * Starts it.
     *
     * @param manifests the folder k8s/base
     * @param folder for its data and keys
     */
    public TestingSecureBroker(Path manifests, Path folder) throws Exception {
        this.manifests = manifests;
        this.folder = folder;
        this.port = freePort();
        certify();
        kafka = EmbeddedKafka.start(folder.resolve("data"), OptionalInt.empty(), this::secure);
        Map<String, Object> root = Map.of("bootstrap.servers", kafka.bootstrapServers());
        new TopicAdmin(root).create(Topics.standard(), (short) 1);
        try (Admin admin = Admin.create(root)) {
            for (Object user : new Yaml().loadAll(read("users.yaml"))) {
                adopt(admin, map(user));
            }
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(manifests.resolve(file));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void certify() throws Exception {
        String store = folder.resolve("broker.p12").toString();
        keytool(
                "-genkeypair -alias broker -keyalg EC -dname CN=broker -ext SAN=ip:127.0.0.1"
                        + " -validity 2 -storetype PKCS12 -keystore",
                store);
        Files.createDirectories(folder.resolve("kafka-ca"));
        keytool(
                "-exportcert -alias broker -rfc -file "
                        + folder.resolve("kafka-ca/ca.crt")
                        + " -keystore",
                store);
    }

    private static void keytool(String arguments, String store) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/keytool");
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of(store, "-storepass", STORE_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void secure(Properties broker) {
        String listener = ",SECURE://127.0.0.1:" + port;
        broker.merge("listeners", listener, TestingSecureBroker::append);
        broker.merge("advertised.listeners", listener, TestingSecureBroker::append);
        broker.merge(
                "listener.security.protocol.map", ",SECURE:SASL_SSL", TestingSecureBroker::append);
        String secure = "listener.name.secure.";
        broker.put(secure + "sasl.enabled.mechanisms", "SCRAM-SHA-512,OAUTHBEARER");
        broker.put(
                secure + "oauthbearer.sasl.jaas.config",
                OAUTH + " required unsecuredLoginStringClaim_sub=\"broker\";");
        broker.put(
                secure + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        broker.put(secure + "ssl.keystore.type", "PKCS12");
        broker.put(secure + "ssl.keystore.location", folder.resolve("broker.p12").toString());
        broker.put(secure + "ssl.keystore.password", STORE_PASSWORD);
        broker.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        broker.put("super.users", "User:ANONYMOUS");
    }

    private static Object append(Object before, Object more) {
        return before.toString() + more;
    }

    private void adopt(Admin admin, Map<?, ?> user) throws Exception {
        String name = (String) map(user.get("metadata")).get("name");
        admin.alterUserScramCredentials(
                        List.of(
                                new UserScramCredentialUpsertion(
                                        name,
                                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                        password(name))))
                .all()
                .get();
        List<AclBinding> bindings = new ArrayList<>();
        Map<?, ?> authorization = map(map(user.get("spec")).get("authorization"));
        for (Object acl : (List<?>) authorization.get("acls")) {
            bindings.addAll(bindings("User:" + name, map(acl)));
        }
        admin.createAcls(bindings).all().get();
    }

    private static List<AclBinding> bindings(String principal, Map<?, ?> acl) {
        Map<?, ?> resource = map(acl.get("resource"));
        ResourcePattern pattern =
                new ResourcePattern(
                        ResourceType.fromString(
                                resource.get("type")
                                        .toString()
                                        .replace("transactionalId", "transactional_id")),
                        resource.get("name").toString(),
                        "prefix".equals(resource.get("patternType"))
                                ? PatternType.PREFIXED
                                : PatternType.LITERAL);
        return ((List<?>) acl.get("operations"))
                .stream()
                        .map(o -> AclOperation.valueOf(o.toString().toUpperCase(Locale.ROOT)))
                        .map(
                                o ->
                                        new AclBinding(
                                                pattern,
                                                new AccessControlEntry(
                                                        principal,
                                                        "*",
                                                        o,
                                                        AclPermissionType.ALLOW)))
                        .toList();
    }

    private static Map<?, ?> map(Object yaml) {
        return (Map<?, ?>) yaml;
    }

    /** Of a user of users.yaml. */
    public static String password(String user) {
        return "secret-of-" + user;
    }

    /** What k8s/base sets clients to, with paths and addresses of here. */
    Map<String, Object> client(String user, String password) throws IOException {
        Path secret = Files.createDirectories(folder.resolve(user));
        Files.writeString(
                secret.resolve("sasl.jaas.config"),
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password));
        String text =
                read("client.properties")
                        .replace("/etc/almaflow/user", secret.toString())
                        .replace("/etc/almaflow/kafka-ca", folder.resolve("kafka-ca").toString());
        Properties file = new Properties();
        try (Reader in = new StringReader(text)) {
            file.load(in);
        }
        file.setProperty("bootstrap.servers", "127.0.0.1:" + port);
        return file.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, name -> (Object) file.getProperty(name)));
    }

    /** As above, with the right password. */
    public Map<String, Object> client(String user) throws IOException {
        return client(user, password(user));
    }

    /**
     * The same client with a token that it makes itself; a production broker would ask for one of
     * an issuer.
     */
    Map<String, Object> clientWithToken(String user) throws IOException {
        Map<String, Object> client = client(user);
        client.put("sasl.mechanism", "OAUTHBEARER");
        client.put(
                "sasl.jaas.config",
                OAUTH + " required unsecuredLoginStringClaim_sub=\"%s\";".formatted(user));
        return client;
    }

    @Override
    public void close() {
        kafka.close();
    }
}
