# padjust_expected.csv: 300 p-values corrected by stats::p.adjust.
source("writing.R")

p <- read("padjust_expected.csv")[c("term", "p")]
for (method in c("BH", "BY", "holm", "bonferroni", "hochberg")) p[[method]] <- p.adjust(p$p, method)
write_table(p, "padjust_expected.csv")
