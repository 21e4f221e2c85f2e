package io.weir.broker.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the {@link HttpServer}, which serves one request. Confined to its event loop.
 *
 * <pre>
 *   AWAITING --the head of a request--> ANSWERING --the answer is written--> closed
 *       \_______________________________ time is up _________________________/
 * </pre>
 *
 * <p>From ANSWERING on nothing more is read: neither a body, which no page has use for, nor a
 * further request.
 */
final class HttpExchange extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final Map<String, HttpPage> pages;
  private final long exchangeMs;
  private boolean answering;
  private @Nullable ScheduledFuture<?> deadline;

  /**
   * @param pages by path
   * @param exchangeMs after which the connection is closed, whatever its state
   */
  HttpExchange(Map<String, HttpPage> pages, long exchangeMs) {
    this.pages = pages;
    this.exchangeMs = exchangeMs;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context.executor().schedule(() -> cutOff(context), exchangeMs, TimeUnit.MILLISECONDS);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    context.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (!answering && message instanceof HttpRequest request) {
      answering = true;
      context.channel().config().setAutoRead(false);
      answer(context, request);
    }
  }

  private void answer(ChannelHandlerContext context, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(context, refusalOf(request.decoderResult().cause()));
      return;
    }
    HttpPage page = pages.get(path(request.uri()));
    if (page == null) {
      refuse(context, HttpResponseStatus.NOT_FOUND);
    } else if (!request.method().equals(HttpMethod.GET)) {
      refuse(context, HttpResponseStatus.METHOD_NOT_ALLOWED);
    } else {
      var _ =
          page.content()
              .get()
              .whenComplete((content, failure) -> {
                if (failure == null) {
                  send(context, HttpResponseStatus.OK, page.contentType(), content);
                } else {
                  refuse(context, HttpResponseStatus.SERVICE_UNAVAILABLE);
                }
              });
    }
  }

  private static HttpResponseStatus refusalOf(Throwable malformed) {
    return malformed instanceof TooLongFrameException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        : HttpResponseStatus.BAD_REQUEST;
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
    send(context, status, PLAIN, (status + "\n").getBytes(UTF_8));
  }

  /** May be called on any thread: Netty takes the write to the event loop. */
  private static void send(
      ChannelHandlerContext context,
      HttpResponseStatus status,
      String contentType,
      byte[] content) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(content));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET);
    }
    var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private static void cutOff(ChannelHandlerContext context) {
    var _ = context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("an HTTP connection broke", cause);
    cutOff(context);
  }
}
