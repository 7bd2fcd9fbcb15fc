# keyness_tiny_*.csv: five terms in 1,000 tokens of a target and 2,000 of a reference, by base R.
# Not rerun: q_* (quanteda.textstats), corpora_G2, LRC_* (corpora), tidylo_* (tidylo).
source("writing.R")

tiny <- read("keyness_tiny_counts.csv")
n <- c(1000, 2000)
a <- tiny$n_target
b <- tiny$n_reference
n_terms <- nrow(tiny)

per_term <- function(f) t(mapply(f, a, b))
cells <- function(a, b) matrix(c(a, n[1] - a, b, n[2] - b), 2)
times_log <- function(o, e) ifelse(o == 0, 0, o * log(o / e))
upper <- function(x) pchisq(abs(x), 1, lower.tail = FALSE)

expected <- cbind((a + b) * n[1] / sum(n), (a + b) * n[2] / sum(n))
sign <- ifelse(a > expected[, 1], 1, -1)
chi2 <- suppressWarnings(per_term(function(a, b) c(
  chisq.test(cells(a, b), correct = FALSE)$statistic, chisq.test(cells(a, b), correct = TRUE)$statistic)))
chi2_p <- suppressWarnings(per_term(function(a, b) c(
  chisq.test(cells(a, b), correct = FALSE)$p.value, chisq.test(cells(a, b), correct = TRUE)$p.value)))
g2_2cell <- 2 * (times_log(a, expected[, 1]) + times_log(b, expected[, 2]))  # Rayson & Garside (2000)
g2 <- g2_2cell +
  2 * (times_log(n[1] - a, n[1] - expected[, 1]) + times_log(n[2] - b, n[2] - expected[, 2]))  # Dunning (1993)
fisher <- per_term(function(a, b) {
  test <- fisher.test(cells(a, b))
  c(test$p.value, fisher.test(cells(a, b), alternative = "greater")$p.value,
    fisher.test(cells(a, b), alternative = "less")$p.value, test$estimate, test$conf.int)
})
odds <- a * (n[2] - b) / (b * (n[1] - a))

write_table(data.frame(
  tiny, expected_target = expected[, 1], min_expected = apply(cbind(expected, n[1] - expected[, 1], n[2] - expected[, 2]), 1, min),
  sign = sign, chi2 = sign * chi2[, 1], chi2_p = chi2_p[, 1], chi2_yates = sign * chi2[, 2], chi2_yates_p = chi2_p[, 2],
  G2 = sign * g2, G2_p = upper(g2), G2_2cell = sign * g2_2cell,
  fisher_p = fisher[, 1], fisher_p_greater = fisher[, 2], fisher_p_less = fisher[, 3], fisher_or_cmle = fisher[, 4],
  fisher_or_lo = fisher[, 5], fisher_or_hi = fisher[, 6], pmi = log(a / expected[, 1]),
  log2ratio_raw = log2((a / n[1]) / (b / n[2])), log2ratio_half = log2(((a + .5) / (n[1] + .5)) / ((b + .5) / (n[2] + .5))),
  pct_diff = 100 * ((a / n[1]) / (b / n[2]) - 1), odds_ratio = odds, log_odds_ratio = log(odds),
  log_odds_ratio_se = sqrt(1 / a + 1 / b + 1 / (n[1] - a) + 1 / (n[2] - b)),
  simplemaths_1 = (a / n[1] * 1e6 + 1) / (b / n[2] * 1e6 + 1),
  simplemaths_100 = (a / n[1] * 1e6 + 100) / (b / n[2] * 1e6 + 100),
  bic = g2 - log(sum(n))
), "keyness_tiny_expected.csv")

# Monroe, Colaresi & Quinn (2008): z with the variance of equation 20, and with all four terms
log_odds <- function(prior) {
  all <- sum(prior)
  y <- cbind(a, b) + prior
  rest <- cbind(n[1] + all - y[, 1], n[2] + all - y[, 2])
  delta <- log(y[, 1] / rest[, 1]) - log(y[, 2] / rest[, 2])
  var <- rowSums(1 / y)
  list(delta = delta, var = var, z = delta / sqrt(var), z_fullvar = delta / sqrt(var + rowSums(1 / rest)))
}
uniform <- function(each) rep(each, n_terms)
informative <- function(strength) strength * (a + b) / sum(n)
priors <- list(u0.01 = uniform(.01), u0.5 = uniform(.5), u1 = uniform(1), i500 = informative(500),
               i1000 = informative(1000), iN = informative(sum(n)), i0.05N = informative(.05 * sum(n)))
found <- lapply(priors, log_odds)
write_table(data.frame(tiny, do.call(cbind, lapply(names(found), function(name)
  setNames(as.data.frame(found[[name]]), paste(names(found[[name]]), name, sep = "_"))))), "keyness_tiny_wlogodds_expected.csv")

# what the Python class FightingWords (after J. Hessel) gives: the same z; its priors are pseudo-counts of each term
z <- function(prior) log_odds(prior)$z
write_table(data.frame(term = tiny$term, fw_z_u0.01 = z(uniform(.01)), fw_z_u0.1 = z(uniform(.1)),
                       fw_z_i_background_counts = z(a + b), fw_z_i500 = z(informative(500))),
            "keyness_tiny_fightingwords_expected.csv")
