--
-- PostgreSQL database dump
--

\restrict YetL8qVr8pZXM1DhepCcVH7NYC71sumUqG5d2igUDGgQQs3lvNTdJbIvO4MGGjo

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: auth_accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_accounts (
    id text NOT NULL,
    account_id text NOT NULL,
    provider_id text NOT NULL,
    user_id text NOT NULL,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamp(3) with time zone,
    refresh_token_expires_at timestamp(3) with time zone,
    scope text,
    password text,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL
);


--
-- Name: auth_migration_lease; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_migration_lease (
    id text NOT NULL,
    holder text NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: auth_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_migrations (
    version character varying NOT NULL,
    applied_at bigint NOT NULL
);


--
-- Name: auth_rate_limits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_rate_limits (
    id text NOT NULL,
    key text NOT NULL,
    count integer NOT NULL,
    last_request bigint NOT NULL
);


--
-- Name: auth_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_sessions (
    id text NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    token text NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    ip_address text,
    user_agent text,
    user_id text NOT NULL
);


--
-- Name: auth_users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_users (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_verified boolean NOT NULL,
    image text,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL
);


--
-- Name: auth_verifications; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_verifications (
    id text NOT NULL,
    identifier text NOT NULL,
    value text NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL
);


--
-- Data for Name: auth_accounts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_accounts VALUES ('sg7OXCjFyojJyJLGkSF7d3TTLI2bgvjX', 'BTaJKevMlSUocMAT2Pi89jpeINfkHueC', 'credential', 'BTaJKevMlSUocMAT2Pi89jpeINfkHueC', NULL, NULL, NULL, NULL, NULL, NULL, '$argon2id$v=19$m=64,t=1,p=1$cAbjzNW3uD4IYLqcWRkl6w$gNZeJ4x0bSeNBBw3hpMY13JZUDwb2wTLnHFwgXJx6QQ', '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');
INSERT INTO public.auth_accounts VALUES ('uLYBGJ3x4gCQJqSCry6okfa0yxiFgYM5', 'cHsKtFVYoQ11uEguiVBmyvmRafrQIzp9', 'credential', 'cHsKtFVYoQ11uEguiVBmyvmRafrQIzp9', NULL, NULL, NULL, NULL, NULL, NULL, '0236d8f4007212da2debd8d1497e861c:e87031d2ac75f83746d18c46074d0a6d4537e795005b0558f17301da6ec97c3ab62d9b39b3ed3711aed7292222d22c5b0dcd1670cd91aedc02c4b5e20778d03d', '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');
INSERT INTO public.auth_accounts VALUES ('2xVCIRy3HrI2w5egag2nGWPIvCQ8sdB2', '42', 'github', 'BTaJKevMlSUocMAT2Pi89jpeINfkHueC', 'an access token', NULL, NULL, '2126-01-01 00:00:00+00', NULL, NULL, NULL, '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');


--
-- Data for Name: auth_migration_lease; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_migration_lease VALUES ('auth', '', 0);


--
-- Data for Name: auth_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_migrations VALUES ('auth_m20261124_000001_create_users', 1795663075);
INSERT INTO public.auth_migrations VALUES ('auth_m20261124_000002_create_sessions', 1795663075);
INSERT INTO public.auth_migrations VALUES ('auth_m20261124_000003_create_accounts', 1795663075);
INSERT INTO public.auth_migrations VALUES ('auth_m20261124_000004_create_verifications', 1795663075);
INSERT INTO public.auth_migrations VALUES ('auth_m20261124_000005_create_rate_limits', 1795663075);


--
-- Data for Name: auth_rate_limits; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: auth_sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_sessions VALUES ('6XtpzQV96MtXKk1H3vJBrp4nJzmF77My', '2026-12-01 12:00:00.345+00', '4BIT5R7L5PlrH2NjfPIBq8JixHWt8gAe', '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00', '127.0.0.1', 'test/1', 'BTaJKevMlSUocMAT2Pi89jpeINfkHueC');
INSERT INTO public.auth_sessions VALUES ('YswlIOgyoQPPfNcitg1Cw7yXkTRIbMhS', '2026-12-01 12:00:00.345+00', 'gmIHLc3TFwPDA1zNktYqV9qZ490Usxxk', '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00', '127.0.0.1', 'test/1', 'cHsKtFVYoQ11uEguiVBmyvmRafrQIzp9');


--
-- Data for Name: auth_users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_users VALUES ('BTaJKevMlSUocMAT2Pi89jpeINfkHueC', 'Ada', 'ada@example.com', false, NULL, '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');
INSERT INTO public.auth_users VALUES ('cHsKtFVYoQ11uEguiVBmyvmRafrQIzp9', 'Ada', 'grace@example.com', false, NULL, '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');


--
-- Data for Name: auth_verifications; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_verifications VALUES ('YNLVPlY0yC4f8LOKer7Mkd0rzXeneQMG', 'kept', 'a value', '2126-10-31 12:00:00.345+00', '2026-11-24 12:00:00.345+00', '2026-11-24 12:00:00.345+00');


--
-- Name: auth_accounts auth_accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_accounts
    ADD CONSTRAINT auth_accounts_pkey PRIMARY KEY (id);


--
-- Name: auth_migration_lease auth_migration_lease_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_migration_lease
    ADD CONSTRAINT auth_migration_lease_pkey PRIMARY KEY (id);


--
-- Name: auth_migrations auth_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_migrations
    ADD CONSTRAINT auth_migrations_pkey PRIMARY KEY (version);


--
-- Name: auth_rate_limits auth_rate_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_rate_limits
    ADD CONSTRAINT auth_rate_limits_pkey PRIMARY KEY (id);


--
-- Name: auth_sessions auth_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_sessions
    ADD CONSTRAINT auth_sessions_pkey PRIMARY KEY (id);


--
-- Name: auth_users auth_users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_users
    ADD CONSTRAINT auth_users_pkey PRIMARY KEY (id);


--
-- Name: auth_verifications auth_verifications_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_verifications
    ADD CONSTRAINT auth_verifications_pkey PRIMARY KEY (id);


--
-- Name: auth_accounts_provider_id_account_id_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX auth_accounts_provider_id_account_id_key ON public.auth_accounts USING btree (provider_id, account_id);


--
-- Name: auth_accounts_user_id_provider_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_accounts_user_id_provider_id_idx ON public.auth_accounts USING btree (user_id, provider_id);


--
-- Name: auth_rate_limits_key_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX auth_rate_limits_key_key ON public.auth_rate_limits USING btree (key);


--
-- Name: auth_rate_limits_last_request_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_rate_limits_last_request_idx ON public.auth_rate_limits USING btree (last_request);


--
-- Name: auth_sessions_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_sessions_expires_at_idx ON public.auth_sessions USING btree (expires_at);


--
-- Name: auth_sessions_token_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX auth_sessions_token_key ON public.auth_sessions USING btree (token);


--
-- Name: auth_sessions_user_id_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_sessions_user_id_expires_at_idx ON public.auth_sessions USING btree (user_id, expires_at);


--
-- Name: auth_users_created_at_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_users_created_at_id_idx ON public.auth_users USING btree (created_at, id);


--
-- Name: auth_users_email_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX auth_users_email_key ON public.auth_users USING btree (email);


--
-- Name: auth_verifications_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_verifications_expires_at_idx ON public.auth_verifications USING btree (expires_at);


--
-- Name: auth_verifications_identifier_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_verifications_identifier_created_at_idx ON public.auth_verifications USING btree (identifier, created_at);


--
-- Name: auth_accounts auth_accounts_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_accounts
    ADD CONSTRAINT auth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.auth_users(id) ON DELETE CASCADE;


--
-- Name: auth_sessions auth_sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_sessions
    ADD CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.auth_users(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict YetL8qVr8pZXM1DhepCcVH7NYC71sumUqG5d2igUDGgQQs3lvNTdJbIvO4MGGjo

