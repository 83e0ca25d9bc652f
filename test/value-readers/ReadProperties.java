import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;

/** Loads a file of properties a line (base64 of its bytes) and prints its pairs, in base64: "key:value key:value". */
public final class ReadProperties {
  public static void main(String[] words) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var answer = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      var properties = new Properties();
      // The oldest way to load one, which reads Latin-1: what is not ASCII must have been escaped.
      properties.load(new ByteArrayInputStream(Base64.getDecoder().decode(line)));
      for (var name : properties.stringPropertyNames()) {
        answer.append(encoded(name)).append(':').append(encoded(properties.getProperty(name))).append(' ');
      }
      answer.append('\n');
    }
    System.out.print(answer);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
