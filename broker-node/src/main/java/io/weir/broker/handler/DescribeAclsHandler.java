package io.weir.broker.handler;

import io.weir.protocol.message.DescribeAclsRequest;
import io.weir.protocol.model.ErrorCode;

/**
 * DescribeAcls, versions 0 to 3: there is no authorization yet, which is said with
 * SECURITY_DISABLED.
 */
public final class DescribeAclsHandler implements ApiHandler<DescribeAclsRequest> {
  @Override
  public void handle(DescribeAclsRequest request, RequestContext context) {
    context.answer(
        request.errorResponse(ErrorCode.SECURITY_DISABLED, "this cluster has no authorization"));
  }
}
