/** Where transactions cross nodes: markers on their way to leaders, questions to coordinators. */
@NullMarked
package io.weir.broker.transaction;

import org.jspecify.annotations.NullMarked;
