import java.nio.file.Files;
import java.nio.file.Path;

/** java FilesWalk.java walk|list FOLDER: prints what it takes for regular files. */
class FilesWalk {
  public static void main(String[] words) throws Exception {
    Path folder = Path.of(words[1]);
    try (var paths = words[0].equals("walk") ? Files.walk(folder) : Files.list(folder)) {
      paths.filter(Files::isRegularFile).forEach(System.out::println);
    }
  }
}
