package io.camunda.zeebe.process.test.engine;

import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.ActivatedJob;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CreateProcessInstanceRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CreateProcessInstanceResponse;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CreateProcessInstanceWithResultRequest;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.CreateProcessInstanceWithResultResponse;
import io.camunda.zeebe.gateway.protocol.GatewayOuterClass.StreamActivatedJobsRequest;
import io.camunda.zeebe.logstreams.log.LogStreamWriter;
import io.camunda.zeebe.protocol.impl.record.value.processinstance.ProcessInstanceCreationRecord;
import io.camunda.zeebe.protocol.record.value.TenantOwned;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.LinkedHashSet;

/**
 * Does two things that every real gateway does and the one of the test engine leaves out: it hands the
 * tags of a new instance to the engine, and a worker's stream that names no tenant gets the jobs of the
 * default one. In the package of the original, because its parts are visible nowhere else.
 */
public final class FullGateway extends GrpcToLogStreamGateway {
  private static final int PARTITION = 1;

  private final CommandWriter writer;
  private final int port;
  private final GatewayRequestStore requests;
  private final InMemoryJobStreamer streamer;

  private FullGateway(
      CommandWriter writer, int port, GatewayRequestStore requests, InMemoryJobStreamer streamer) {
    super(writer, PARTITION, PARTITION, port, requests, streamer);
    this.writer = writer;
    this.port = port;
    this.requests = requests;
    this.streamer = streamer;
  }

  public static FullGateway of(BindableService gateway) {
    try {
      return new FullGateway(
          (CommandWriter) part(gateway, "writer"),
          (int) part(gateway, "port"),
          (GatewayRequestStore) part(gateway, "gatewayRequestStore"),
          (InMemoryJobStreamer) part(gateway, "jobStreamer"));
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException("This is not the gateway of the 8.8 test engine", error);
    }
  }

  @Override
  public void createProcessInstance(
      CreateProcessInstanceRequest request,
      StreamObserver<CreateProcessInstanceResponse> observer) {
    with(request.getTagsList()).createProcessInstance(request, observer);
  }

  @Override
  public void createProcessInstanceWithResult(
      CreateProcessInstanceWithResultRequest request,
      StreamObserver<CreateProcessInstanceWithResultResponse> observer) {
    with(request.getRequest().getTagsList()).createProcessInstanceWithResult(request, observer);
  }

  @Override
  public void streamActivatedJobs(
      StreamActivatedJobsRequest request, StreamObserver<ActivatedJob> observer) {
    if (request.getTenantIdsCount() == 0) {
      request = request.toBuilder().addTenantIds(TenantOwned.DEFAULT_TENANT_IDENTIFIER).build();
    }
    super.streamActivatedJobs(request, observer);
  }

  /** The original, for one command, with a writer that adds these tags to it. */
  private GrpcToLogStreamGateway with(Collection<String> tags) {
    LogStreamWriter log = writer.writer();
    LogStreamWriter tagging =
        (context, entries, source) -> {
          entries.forEach(
              entry ->
                  ((ProcessInstanceCreationRecord) entry.recordValue())
                      .setTags(new LinkedHashSet<>(tags)));
          synchronized (log) { // as CommandWriter does
            return log.tryWrite(context, entries, source);
          }
        };
    return new GrpcToLogStreamGateway(
        new CommandWriter(tagging), PARTITION, PARTITION, port, requests, streamer);
  }

  private static Object part(BindableService gateway, String name)
      throws ReflectiveOperationException {
    Field field = GrpcToLogStreamGateway.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(gateway);
  }
}
