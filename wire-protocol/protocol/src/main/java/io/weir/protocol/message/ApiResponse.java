package io.weir.protocol.message;

/** The answer to an {@link ApiRequest}. */
public interface ApiResponse extends ProtocolMessage {
  ApiKey apiKey();
}
