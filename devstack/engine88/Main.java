import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.camunda.zeebe.process.test.api.RecordStreamSource;
import io.camunda.zeebe.process.test.api.ZeebeTestEngine;
import io.camunda.zeebe.process.test.engine.EngineFactory;
import io.camunda.zeebe.process.test.engine.FullGateway;
import io.camunda.zeebe.protocol.record.Record;
import io.grpc.BindableService;
import io.grpc.ForwardingServerBuilder;
import io.grpc.ServerBuilder;
import io.grpc.ServerProvider;
import io.grpc.ServerRegistry;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * An in-memory Zeebe 8.8: the gateway on the first port given, and on the second, once it is ready,
 * all records so far at /records, one JSON object a line. Both ports are of 127.0.0.1.
 */
public final class Main {
  public static void main(String[] ports) {
    try {
      ServerRegistry.getDefaultRegistry().register(new Loopback());
      ZeebeTestEngine engine = EngineFactory.create(Integer.parseInt(ports[0]));
      engine.start();
      serveRecords(engine.getRecordStreamSource(), Integer.parseInt(ports[1]));
    } catch (Exception error) {
      error.printStackTrace();
      System.exit(1); // the engine's threads would go on
    }
  }

  private static void serveRecords(RecordStreamSource source, int port) throws IOException {
    HttpServer server = HttpServer.create(loopback(port), 0);
    server.createContext("/records", exchange -> answer(exchange, source));
    server.start();
  }

  /** One request after the other, in the server's only thread: the source is not made for more. */
  private static void answer(HttpExchange exchange, RecordStreamSource source) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      for (Record<?> record : source.getRecords()) {
        body.write((record.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The factory of the engine asks for a server on all addresses of the machine: this one gives it another. */
  private static final class Loopback extends ServerProvider {
    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 10; // the highest
    }

    @Override
    protected ServerBuilder<?> builderForPort(int port) {
      return new Builder(NettyServerBuilder.forAddress(loopback(port)));
    }
  }

  private static final class Builder extends ForwardingServerBuilder<Builder> {
    private final ServerBuilder<?> delegate;

    Builder(ServerBuilder<?> delegate) {
      this.delegate = delegate;
    }

    @Override
    protected ServerBuilder<?> delegate() {
      return delegate;
    }

    @Override
    public Builder addService(BindableService gateway) {
      delegate.addService(FullGateway.of(gateway));
      return this;
    }
  }
}
