# ordinal_pages*.{json,csv}: 400 made-up articles on pages 1 to 6; cumulative models, robust errors, proportional odds.
# Not rerun: brant_pkg (the package brant).
source("writing.R")
suppressMessages({library(MASS); library(ordinal); library(sandwich); library(VGAM); library(numDeriv)})
clm <- ordinal::clm

pages <- read("ordinal_pages.csv")
pages$source <- factor(pages$source, c("agency", "correspondent", "reprint"))
pages$page <- factor(pages$page, 1:6, ordered = TRUE)
number <- as.integer(pages$page)
tight <- clm.control(gradTol = 1e-12, maxIter = 200)
model <- page ~ time10 + source + log_len
day <- pages$issue_date

summed <- function(fit) {
  table <- coef(summary(fit))
  list(coef = named(setNames(table[, 1], rownames(table))), se = named(setNames(table[, 2], rownames(table))),
       z = named(setNames(table[, 3], rownames(table))), p = named(setNames(table[, 4], rownames(table))),
       thresholds = named(fit$alpha), beta = named(fit$beta), logLik = c(logLik(fit)), df = fit$edf, nobs = fit$nobs,
       AIC = AIC(fit), BIC = BIC(fit), vcov = block(vcov(fit)))
}
table_of <- function(test) block(as.matrix(as.data.frame(test)))

fit <- clm(model, data = pages, control = tight)
loose <- suppressWarnings(clm(page ~ 1, nominal = ~ time10 + source + log_len, data = pages, control = clm.control(maxIter = 500)))
nominal <- clm(page ~ time10 + log_len, nominal = ~source, data = pages, control = tight)
scaled <- clm(model, scale = ~source, data = pages, control = tight)
logistic <- polr(model, pages, Hess = TRUE, control = list(reltol = 1e-14, maxit = 1000))
summary_polr <- coef(summary(logistic))
parallel <- vglm(model, cumulative(parallel = TRUE), pages, epsilon = 1e-12)
free <- suppressWarnings(vglm(model, cumulative(parallel = FALSE), pages, epsilon = 1e-12))

clustered <- function(...) vcovCL(fit, day, ...)
cr1 <- clustered(type = "HC0", cadjust = TRUE)
robust_z <- coef(fit) / sqrt(diag(cr1))
of_source <- c("sourcecorrespondent", "sourcereprint")
wald <- c(coef(fit)[of_source] %*% solve(cr1[of_source, of_source]) %*% coef(fit)[of_source])

# Brant (1990): the slopes of the five logits "above page k", jointly
x <- model.matrix(~ time10 + source + log_len, pages)
k <- 5
above <- lapply(1:k, function(cut) glm.fit(x, number > cut, family = binomial(), control = list(epsilon = 1e-14)))
slopes <- t(sapply(above, function(g) g$coefficients[-1]))
brant <- function(mirror) {
  share <- lapply(above, function(g) g$fitted.values)
  bread <- lapply(share, function(p) solve(t(x) %*% (p * (1 - p) * x)))
  n <- ncol(x) - 1
  v <- matrix(0, k * n, k * n)
  at <- function(l) (l - 1) * n + 1:n
  for (l in 1:k) for (m in l:k) {
    w <- share[[m]] - share[[l]] * share[[m]]  # P(above m) − P(above l) P(above m), m at or behind l
    part <- (bread[[l]] %*% (t(x) %*% (w * x)) %*% bread[[m]])[-1, -1]
    v[at(l), at(m)] <- part
    v[at(m), at(l)] <- if (mirror) t(part) else part
  }
  statistic <- function(columns) {
    d <- cbind(1, -diag(k - 1)) %x% diag(n)[columns, , drop = FALSE]
    b <- d %*% c(t(slopes))
    c(t(b) %*% solve(d %*% v %*% t(d), b))
  }
  one <- function(term, columns) {
    q <- statistic(columns)
    list(term = term, X2 = q, df = (k - 1) * length(columns), p = pchisq(q, (k - 1) * length(columns), lower.tail = FALSE))
  }
  c(list(one("Omnibus", 1:n)), lapply(1:n, function(j) one(colnames(x)[-1][j], j)))
}
rownames(slopes) <- paste0("y>", 1:k)
test_po <- car::poTest(logistic)

# probabilities as a function of the nine parameters, for delta-method errors
probabilities <- function(par, x) {
  cumulative <- cbind(0, plogis(outer(-c(x %*% par[6:9]), par[1:5], "+")), 1)
  t(apply(cumulative, 1, diff))
}
effect <- function(par) {  # of time10 on each page, averaged over the rows
  density <- cbind(0, dlogis(outer(-c(x[, -1] %*% par[6:9]), par[1:5], "+")), 0)
  -par[6] * colMeans(t(apply(density, 1, diff)))
}
delta <- function(f, v) {
  j <- jacobian(f, coef(fit))
  sqrt(rowSums((j %*% v) * j))
}

rank_of <- function(correct) wilcox.test(number[pages$source != "agency"], number[pages$source == "agency"], correct = correct, exact = FALSE)
kendall <- cor.test(number, pages$time10, method = "kendall", exact = FALSE)
spearman <- cor.test(number, pages$time10, method = "spearman", exact = FALSE)
kruskal <- kruskal.test(number, pages$source)
front <- glm(I(number == 1) ~ time10 + source + log_len, binomial, pages, control = glm.control(epsilon = 1e-14))
full <- 2 * c(logLik(loose) - logLik(fit))

write_numbers(list(pages = list(
  n = nrow(pages), clusters = length(unique(day)), page_counts = as.list(table(number)),
  clm = summed(fit),
  polr = list(coef = named(logistic$coefficients), zeta = named(logistic$zeta), se = named(summary_polr[, 2]),
              t = named(summary_polr[, 3]), deviance = logistic$deviance, AIC = AIC(logistic), edf = logistic$edf,
              vcov = block(vcov(logistic))),
  null_logLik = c(logLik(clm(page ~ 1, data = pages))),
  nominal_test = table_of(nominal_test(clm(model, data = pages))), scale_test = table_of(scale_test(fit)), drop1_LR = table_of(drop1(fit, test = "Chisq")),
  LR_proportional_odds_all_terms = list(LR = full, df = 16, p = pchisq(full, 16, lower.tail = FALSE),
                                        full_converged = loose$convergence$code == 0, logLik_full = c(logLik(loose))),
  clm_nominal_source = summed(nominal),
  clm_scale_source = c(summed(scaled), list(zeta = named(scaled$zeta))),
  clm_probit = summed(clm(model, data = pages, link = "probit", control = tight)),
  clm_cloglog = summed(clm(model, data = pages, link = "cloglog", control = tight)),
  robust = list(
    se = list(HC0_obs = errors(sandwich(fit)), CL_HC0_noadj = errors(clustered(type = "HC0", cadjust = FALSE)),
              CL_HC0_cadj = errors(cr1), CL_HC1_cadj = errors(clustered(type = "HC1", cadjust = TRUE))),
    vcov_CL_HC0_cadj = block(cr1),
    polr_CL_HC0_cadj = errors(vcovCL(logistic, day, type = "HC0", cadjust = TRUE)),
    coeftest_CL_HC0_cadj = block(cbind(Estimate = coef(fit), `Std. Error` = sqrt(diag(cr1)), `z value` = robust_z,
                                       `Pr(>|z|)` = 2 * pnorm(-abs(robust_z)))),
    wald_source = list(chisq = wald, df = 2, p = pchisq(wald, 2, lower.tail = FALSE))),
  brant_direct = list(tests = brant(TRUE), binary_coefs = block(slopes)),
  brant_direct_untransposed = brant(FALSE),
  car_poTest = list(chisq = test_po$chisq, df = test_po$df, p = pchisq(test_po$chisq, test_po$df, lower.tail = FALSE),
                    chisq_var = named(setNames(test_po$chisq.p, test_po$coef.names)), df_var = test_po$df.p),
  confint_profile_clm = block(confint(fit, type = "profile")), confint_wald_clm = block(confint(fit, type = "Wald")),
  AME_time10 = list(per_page = effect(coef(fit)), se_model = delta(effect, vcov(fit)), se_cluster = delta(effect, cr1)),
  VGAM_check = list(coef = named(coef(parallel)), se = errors(vcov(parallel)), logLik = logLik(parallel)),
  VGAM_nonparallel_logLik = logLik(free),
  rank_tests = list(
    kruskal = list(chisq = unname(kruskal$statistic), df = unname(kruskal$parameter), p = kruskal$p.value),
    wilcox_nonagency_vs_agency = list(W = unname(rank_of(TRUE)$statistic), p_cc = rank_of(TRUE)$p.value, p_nocc = rank_of(FALSE)$p.value),
    kendall_tau_b = list(tau = unname(kendall$estimate), z = unname(kendall$statistic), p = kendall$p.value),
    spearman = list(rho = unname(spearman$estimate), p = spearman$p.value)),
  front_page_logit = list(coef = named(coef(front)), se = errors(vcov(front)),
                          CL_HC0_noadj = errors(vcovCL(front, day, type = "HC0", cadjust = FALSE)),
                          CL_HC1_cadj = errors(vcovCL(front, day, type = "HC1", cadjust = TRUE)), logLik = c(logLik(front)))
), versions = versions("MASS", "ordinal", "sandwich", "VGAM", "car", "numDeriv")), "ordinal_pages.json")

grid <- read("ordinal_pages_predicted.csv")[c("time10", "source", "log_len")]
grid$source <- factor(grid$source, levels(pages$source))
there <- predict(fit, grid, se.fit = TRUE, interval = TRUE)
at_grid <- function(par) c(probabilities(par, model.matrix(~ time10 + source + log_len, grid)[, -1]))
cluster_errors <- matrix(delta(at_grid, cr1), nrow(grid))
parts <- list(p = there$fit, se = there$se.fit, lwr = there$lwr, upr = there$upr, se_cluster = cluster_errors)
wide <- do.call(cbind, lapply(names(parts), function(name) setNames(as.data.frame(parts[[name]]), paste(name, 1:6, sep = "_"))))
grid$source <- as.character(grid$source)
write_table(data.frame(grid, wide, expected_page = c(there$fit %*% 1:6)), "ordinal_pages_predicted.csv")
