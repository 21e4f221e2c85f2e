@NullMarked
package io.weir.deploy.local;

import org.jspecify.annotations.NullMarked;
