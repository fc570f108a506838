// The peer that `load-tests throughput` measures beside us: Kafka Streams, fusing reports into cases by the least rule
// that deserves the name. A report joins an open case of its kind within 25 m and 24 h, or opens one; the cases of a
// cell lie in one row of a persistent store. No evidence but the place, no life cycle, no clocks, no figures.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public final class Fuse implements Processor<String, byte[], String, byte[]> {
  private static final String STORE = "cases";
  private static final long WINDOW_MS = 24L * 60 * 60 * 1000;
  private static final double RADIUS_M = 25;
  private static final double LAT_M = 111_320;
  private static final double LONG_M = 82_300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> cases;

  @Override
  public void init(ProcessorContext<String, byte[]> given) {
    context = given;
    cases = given.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, byte[]> report) {
    try {
      JsonNode said = JSON.readTree(report.value());
      byte[] row = cases.get(report.key());
      ArrayNode open = row == null ? JSON.createArrayNode() : (ArrayNode) JSON.readTree(row);
      ObjectNode found = joinOrOpen(open, said, report.key());
      cases.put(report.key(), JSON.writeValueAsBytes(open));
      ObjectNode change = JSON.createObjectNode()
          .put("case", found.get("id").asText())
          .put("reports", found.get("reports").asInt())
          .put("kind", found.get("kind").asText())
          .put("report", said.get("service_request_id").asText());
      context.forward(report.withValue(JSON.writeValueAsBytes(change)));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The case the report joins, or the one it opens; what is older than the window is dropped on the way. */
  private static ObjectNode joinOrOpen(ArrayNode open, JsonNode said, String cell) {
    double lat = said.get("lat").asDouble();
    double lon = said.get("long").asDouble();
    long at = said.get("at").asLong();
    String kind = said.get("service_name").asText();
    ObjectNode found = null;
    for (Iterator<JsonNode> each = open.iterator(); each.hasNext();) {
      ObjectNode one = (ObjectNode) each.next();
      if (WINDOW_MS < at - one.get("at").asLong()) {
        each.remove();
        continue;
      }
      double north = (one.get("lat").asDouble() - lat) * LAT_M;
      double east = (one.get("long").asDouble() - lon) * LONG_M;
      boolean near = north * north + east * east <= RADIUS_M * RADIUS_M;
      if (near && one.get("kind").asText().equals(kind)) {
        found = one;
      }
    }
    if (found == null) {
      String id = cell + "-" + said.get("service_request_id").asText();
      found = open.addObject().put("id", id).put("kind", kind).put("lat", lat).put("long", lon).put("reports", 0);
    }
    return found.put("at", at).put("reports", found.get("reports").asInt() + 1);
  }

  /** Arguments: brokers, application id, state directory, topic in, topic out, store caching (true or false). */
  public static void main(String[] given) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", given[0]);
    settings.put("application.id", given[1]);
    settings.put("state.dir", given[2]);
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("commit.interval.ms", "100");
    settings.put("num.stream.threads", 1);
    settings.put("auto.offset.reset", "earliest");
    settings.put("default.key.serde", Serdes.StringSerde.class);
    settings.put("default.value.serde", Serdes.ByteArraySerde.class);
    settings.put("replication.factor", 1);
    settings.put("producer.linger.ms", "5");
    var store = Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray());
    StreamsBuilder topology = new StreamsBuilder();
    topology.addStateStore(Boolean.parseBoolean(given[5]) ? store.withCachingEnabled() : store.withCachingDisabled());
    topology.<String, byte[]>stream(given[3]).process(Fuse::new, STORE).to(given[4]);
    KafkaStreams streams = new KafkaStreams(topology.build(), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }
}
