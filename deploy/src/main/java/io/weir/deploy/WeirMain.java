package io.weir.deploy;
/** x. */
public final class WeirMain { public static void main(String[] args) { System.out.println("hi " + String.join(",", args)); } private WeirMain() {} }
