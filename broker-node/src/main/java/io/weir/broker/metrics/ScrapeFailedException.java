package io.weir.broker.metrics;

/** The metrics could not be put together this time; the next scrape may succeed. */
public final class ScrapeFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScrapeFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
