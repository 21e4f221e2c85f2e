/** One class per client API, and the registry from which ApiVersions is answered. */
@NullMarked
package io.weir.broker.handler;

import org.jspecify.annotations.NullMarked;
